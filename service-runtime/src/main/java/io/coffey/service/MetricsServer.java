// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code GET} of a few fixed paths over HTTP, on threads that keep no process alive. */
final class MetricsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final int THREADS = 2;
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON_TYPE = "application/json; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Supplier<Page>> pages;
    private final AtomicBoolean failed = new AtomicBoolean();

    /**
     * What a request is answered with.
     *
     * @param status of HTTP
     * @param type media type
     * @param text body
     */
    private record Page(int status, String type, String text) {

        static Page of(Probes.Answer answer) {
            return new Page(answer.ok() ? 200 : 503, JSON_TYPE, answer.json());
        }

        static Page problem(int status, String text) {
            return new Page(status, METRICS_TYPE, text + "\n");
        }
    }

    private MetricsServer(HttpServer server, Map<String, Supplier<Page>> pages) {
        this.server = server;
        this.pages = pages;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "metrics-http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Begins to listen.
     *
     * @param port 0 for any that is free
     * @param metrics the text of {@code /metrics}
     * @throws UserException if the port cannot be had
     */
    static MetricsServer open(String host, int port, Supplier<String> metrics, Probes probes) {
        try {
            MetricsServer opened = new MetricsServer(
                    HttpServer.create(new InetSocketAddress(host, port), 0),
                    Map.of(
                            "/metrics",
                            () -> new Page(200, METRICS_TYPE, metrics.get()),
                            "/healthz/startup",
                            () -> Page.of(probes.startup()),
                            "/healthz/live",
                            () -> Page.of(probes.live()),
                            "/healthz/ready",
                            () -> Page.of(probes.ready())));
            LOG.atInfo()
                    .addKeyValue("host", host)
                    .addKeyValue("port", opened.port())
                    .log("metrics are served");
            return opened;
        } catch (IOException | UnresolvedAddressException e) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "metrics.port: expected a free port of this machine, found %s port %d: %s; take another one, or stop who has it"
                            .formatted(host, port, e.getMessage() == null ? "no such address" : e.getMessage()),
                    e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** A request that cannot be answered is told once and harms nobody. */
    private void answer(HttpExchange exchange) {
        try (exchange) {
            send(exchange, page(exchange));
        } catch (IOException | RuntimeException e) {
            if (failed.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue("path", exchange.getRequestURI().getPath())
                        .addKeyValue("cause", e.toString())
                        .log("a request for metrics could not be answered; further ones are not told");
            }
        }
    }

    private Page page(HttpExchange exchange) {
        Supplier<Page> page = pages.get(exchange.getRequestURI().getPath());
        if (page == null) {
            return Page.problem(404, "there are /metrics, /healthz/startup, /healthz/live and /healthz/ready");
        }
        return exchange.getRequestMethod().equals("GET") ? page.get() : Page.problem(405, "expected GET");
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", page.type());
        exchange.sendResponseHeaders(page.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
