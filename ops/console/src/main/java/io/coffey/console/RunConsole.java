// SPDX-License-Identifier: Apache-2.0
package io.coffey.console;

import io.coffey.console.telemetry.Telemetry;
import io.coffey.console.web.ConsolePages;
import io.coffey.service.HttpPages;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;

/** The console of a run: telemetry that keeps up with its log, and the page. It changes nothing and stops nobody. */
public final class RunConsole implements AutoCloseable {

    private static final int THREADS = 4;

    private final Telemetry telemetry;
    private final RunRecords records;
    private final HttpPages pages;
    private final String host;

    private RunConsole(Telemetry telemetry, RunRecords records, HttpPages pages, String host) {
        this.telemetry = telemetry;
        this.records = records;
        this.pages = pages;
        this.host = host;
    }

    /**
     * Opens a console.
     *
     * @param records single records of the log, which are closed with the console
     * @param host address to listen on
     * @param port 0 for any that is free
     * @throws io.coffey.service.UserException if the port cannot be had; nothing is left open then
     */
    public static RunConsole open(
            ConsoleRun run, KafkaClients clients, Codecs codecs, RunRecords records, String host, int port) {
        Telemetry telemetry = Telemetry.start(clients, new Topics(run.name()), codecs);
        try {
            ConsolePages source = new ConsolePages(run, telemetry, records, knownHost(host));
            HttpPages pages = HttpPages.open("console", "--port", host, port, THREADS, source);
            return new RunConsole(telemetry, records, pages, host);
        } catch (RuntimeException e) {
            telemetry.close();
            records.close();
            throw e;
        }
    }

    /**
     * Who listens on this machine alone answers to this machine's names alone: else a page of another site, whose name
     * was made to point here, could read the run.
     */
    private static Predicate<String> knownHost(String host) {
        return isLoopback(host)
                ? name -> name.matches("(?i)(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?")
                : name -> true;
    }

    /** Whether only this machine reaches the address. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false; // listening there fails, with a message of its own
        }
    }

    /** Where the page is. */
    public String address() {
        return "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, pages.port());
    }

    @Override
    public void close() {
        pages.close();
        telemetry.close();
        records.close();
    }
}
