// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.console.LogRecords;
import io.coffey.cli.run.RecordSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.console.ConsoleRun;
import io.coffey.console.RunConsole;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A page that shows a run. */
@Command(
        name = "console",
        header = "Serve a page that shows a run: loop, curves, trajectories, steps, dead letters.",
        description = {
            "Reads the run's topics and changes nothing. The run's own broker is started for the moment when it is not"
                    + " running. Ctrl-C ends it.",
            "The page shows prompts and completions to whoever reaches the address, without a password."
        },
        sortOptions = false)
final class ConsoleCommand implements Callable<Integer> {

    static final String PORT = "7070";
    static final String THIS_MACHINE = "127.0.0.1";

    private static final int LAST_PORT = 65535;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = THIS_MACHINE,
            description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine alone).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = PORT,
            description = "Port to listen on; 0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        requirePort(port);
        CountDownLatch stop = new CountDownLatch(1);
        return CleanStop.during(() -> serve(stop), stop::countDown);
    }

    private void serve(CountDownLatch stop) throws IOException, InterruptedException {
        RecordSettings settings = RecordSettings.of(options.file(), options.overrides());
        PrintWriter out = spec.commandLine().getOut();
        try (RunConnection connection = RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads());
                RunConsole console =
                        open(settings, options, RunLog.of(settings.run().name(), connection.clients()), host, port)) {
            if (!RunConsole.isLoopback(host)) {
                out.println("warning: whoever reaches this address reads the run's prompts and completions");
            }
            out.println("console " + console.address());
            out.flush();
            stop.await();
        }
    }

    /** Opens the console of a run whose log is at hand. */
    static RunConsole open(RecordSettings settings, RunFileOptions options, RunLog log, String host, int port) {
        RunLog source = RunLog.of(settings.source(), log.clients());
        ConsoleRun run = new ConsoleRun(
                settings.run().name(),
                settings.source(),
                log.clients().bootstrapServers(),
                options.words(),
                Version.coffey(),
                settings.sampling().samplesPerPrompt());
        LogRecords records =
                new LogRecords(log, source, Tokenizer.load(settings.student().model()));
        return RunConsole.open(run, log.clients(), log.codecs(), records, host, port);
    }

    /**
     * Checks a port.
     *
     * @throws UserException if there is none of this number
     */
    static void requirePort(int port) {
        if (port < 0 || port > LAST_PORT) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "--port: expected a port from 0 to %d, found %d".formatted(LAST_PORT, port));
        }
    }
}
