// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code GET} over HTTP, on a few threads that keep no process alive. */
public final class HttpPages implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final String subject;
    private final Source source;
    private final AtomicBoolean failed = new AtomicBoolean();

    /**
     * What is asked for.
     *
     * @param path decoded, with its leading slash
     * @param query decoded values by name; of a name that comes twice the last
     * @param host what the client calls this server, the port included; empty when it does not say
     */
    public record Request(String path, Map<String, String> query, String host) {

        public Request {
            query = Map.copyOf(query);
        }
    }

    /**
     * What it is answered with.
     *
     * @param status of HTTP
     * @param type media type
     * @param body of that type
     * @param headers further ones, by name
     */
    public record Page(int status, String type, byte[] body, Map<String, String> headers) {

        public Page {
            headers = Map.copyOf(headers);
        }

        /** A text in UTF-8. */
        public static Page text(int status, String type, String text) {
            return new Page(status, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
        }

        /** The same page with these headers instead of its own. */
        public Page with(Map<String, String> other) {
            return new Page(status, type, body, other);
        }
    }

    /** Makes the pages. */
    public interface Source {

        /** The page that answers a request; called by several threads. An exception is told once, as a page too. */
        Page page(Request request) throws IOException;
    }

    private HttpPages(HttpServer server, String subject, int threadCount, Source source) {
        this.server = server;
        this.subject = subject;
        this.source = source;
        this.threads = Executors.newFixedThreadPool(threadCount, task -> {
            Thread thread = new Thread(task, subject + "-http");
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
     * @param subject whose pages they are, for threads and messages
     * @param setting what names the port to users
     * @param port 0 for any that is free
     * @param threadCount requests that are answered at a time
     * @throws UserException if the port cannot be had
     */
    public static HttpPages open(
            String subject, String setting, String host, int port, int threadCount, Source source) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
            HttpPages opened = new HttpPages(server, subject, threadCount, source);
            LOG.atInfo()
                    .addKeyValue("pages", subject)
                    .addKeyValue("host", host)
                    .addKeyValue("port", opened.port())
                    .log("pages are served");
            return opened;
        } catch (IOException | UnresolvedAddressException e) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "%s: expected a free port of this machine, found %s port %d: %s; take another one, or stop who has it"
                            .formatted(
                                    setting, host, port, e.getMessage() == null ? "no such address" : e.getMessage()),
                    e);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            send(exchange, page(exchange));
        } catch (IOException e) {
            tell(exchange, e); // the client went away
        }
    }

    private Page page(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return Page.text(405, TEXT, "expected GET\n").with(Map.of("Allow", "GET"));
        }
        try {
            String host = exchange.getRequestHeaders().getFirst("Host");
            return source.page(new Request(
                    exchange.getRequestURI().getPath(),
                    query(exchange.getRequestURI().getRawQuery()),
                    host == null ? "" : host));
        } catch (IOException | RuntimeException e) {
            tell(exchange, e);
            return Page.text(500, TEXT, "this request could not be answered; the log says why\n");
        }
    }

    /** A request that cannot be answered is told once and harms nobody. */
    private void tell(HttpExchange exchange, Exception cause) {
        if (failed.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("pages", subject)
                    .addKeyValue("path", exchange.getRequestURI().getPath())
                    .addKeyValue("cause", cause.toString())
                    .log("a request could not be answered; further ones are not told");
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> values = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                values.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.type());
        page.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(page.status(), page.body().length == 0 ? -1 : page.body().length);
        exchange.getResponseBody().write(page.body());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
