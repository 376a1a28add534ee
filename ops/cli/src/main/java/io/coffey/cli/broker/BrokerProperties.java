// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings of a local broker and the file that keeps them. Ports are chosen once and kept in the file, so that a
 * restart is reachable at the address its clients know.
 */
final class BrokerProperties {

    /** The id that the data directories of one cluster are formatted with; without one it is drawn. */
    static final String CLUSTER_ID = "coffey.cluster.id";

    private static final String FILE = "server.properties";
    private static final String PORT = "coffey.port";
    private static final String CONTROLLER_PORT = "coffey.controller.port";

    /** Small and quick to recover: a killed broker may come back after the session timeout, 9 s by default. */
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("broker.session.timeout.ms", "4000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.consumer.min.session.timeout.ms", "6000"),
            Map.entry("group.consumer.session.timeout.ms", "8000"),
            Map.entry("group.consumer.min.heartbeat.interval.ms", "1000"),
            Map.entry("group.consumer.heartbeat.interval.ms", "1000"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("message.max.bytes", Integer.toString(8 << 20)),
            Map.entry("replica.fetch.max.bytes", Integer.toString(8 << 20)),
            Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20)),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private BrokerProperties() {}

    static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    static Path dataDirectory(Path file) {
        return file.resolveSibling("data");
    }

    /** The address the file promises its clients; empty string when there is no such file. */
    static String bootstrapServers(Path directory) {
        int port = keptPort(read(file(directory)), PORT);
        return port == 0 ? "" : "127.0.0.1:" + port;
    }

    /** Whether a broker started from the directory's file would have just these settings. */
    static boolean matches(LocalBroker.Settings settings) {
        Map<String, String> kept = read(file(settings.directory()));
        return kept.equals(compose(settings, keptPort(kept, PORT), keptPort(kept, CONTROLLER_PORT)));
    }

    /** Writes the file, keeping the ports it had where they are free. Only for a broker that is not running. */
    static void write(LocalBroker.Settings settings) throws IOException {
        Map<String, String> kept = read(file(settings.directory()));
        int port = settings.port() != 0 ? settings.port() : freePort(keptPort(kept, PORT), 0);
        int controllerPort = freePort(keptPort(kept, CONTROLLER_PORT), port);
        String lines = compose(settings, port, controllerPort).entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
        Files.writeString(file(settings.directory()), lines);
    }

    private static Map<String, String> compose(LocalBroker.Settings settings, int port, int controllerPort) {
        Map<String, String> all = new TreeMap<>(SMALL);
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put(
                "log.dirs",
                dataDirectory(file(settings.directory()).toAbsolutePath()).toString());
        all.put(PORT, Integer.toString(port));
        all.put(CONTROLLER_PORT, Integer.toString(controllerPort));
        all.putAll(settings.properties());
        return all;
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty, (a, b) -> a, TreeMap::new));
    }

    private static int keptPort(Map<String, String> kept, String key) {
        return Integer.parseInt(kept.getOrDefault(key, "0"));
    }

    private static int freePort(int preferred, int except) throws IOException {
        if (preferred != 0 && isFree(preferred)) {
            return preferred;
        }
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() != except) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
