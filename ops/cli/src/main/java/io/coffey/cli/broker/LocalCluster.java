// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Local brokers that make one cluster, each a child process that may be killed and started again. One alone is a
 * {@link LocalBroker} on the directory itself; of several, each has a folder of its number, every internal topic has a
 * copy on each, and two copies acknowledge. Lives in one process: it is not taken over. Not thread-safe.
 */
public final class LocalCluster implements AutoCloseable {

    private static final int COPIES_THAT_ACKNOWLEDGE = 2;

    private final Path directory;
    private final List<Map<String, String>> properties = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<LocalBroker> brokers = new ArrayList<>();

    /**
     * A cluster that does not run yet.
     *
     * @param directory where the brokers keep their data
     * @param size number of brokers, 1 or 3
     */
    public LocalCluster(Path directory, int size) {
        this.directory = directory;
        if (size != 1) {
            arrange(size);
        }
        for (int index = 0; index < size; index++) {
            brokers.add(broker(index, size));
        }
    }

    private void arrange(int size) {
        List<Integer> free = freePorts(2 * size);
        String voters = IntStream.range(0, size)
                .mapToObj(index -> "%d@127.0.0.1:%d".formatted(index + 1, free.get(size + index)))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        for (int index = 0; index < size; index++) {
            Map<String, String> own = new HashMap<>();
            own.put("node.id", Integer.toString(index + 1));
            own.put("controller.quorum.voters", voters);
            own.put(
                    "listeners",
                    "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                            .formatted(free.get(index), free.get(size + index)));
            own.put(BrokerProperties.CLUSTER_ID, clusterId);
            own.put("default.replication.factor", Integer.toString(size));
            own.put("min.insync.replicas", Integer.toString(COPIES_THAT_ACKNOWLEDGE));
            for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
                own.put(topic + ".replication.factor", Integer.toString(size));
            }
            for (String topic : List.of("transaction.state.log", "share.coordinator.state.topic")) {
                own.put(topic + ".min.isr", Integer.toString(COPIES_THAT_ACKNOWLEDGE));
            }
            properties.add(own);
            ports.add(free.get(index));
        }
    }

    /** @param toFence brokers whose registration the controller has to fence before this one may start */
    private LocalBroker broker(int index, int toFence) {
        if (properties.isEmpty()) {
            return new LocalBroker(LocalBroker.Settings.in(directory));
        }
        Map<String, String> own = new HashMap<>(properties.get(index));
        own.put(CrashFence.BROKERS, Integer.toString(toFence));
        return new LocalBroker(
                new LocalBroker.Settings(directory.resolve(Integer.toString(index + 1)), ports.get(index), own));
    }

    public int size() {
        return brokers.size();
    }

    /** Starts those that do not run, at once, and returns when each answers. */
    public void start() {
        boolean none = brokers.stream().noneMatch(LocalBroker::isRunning);
        List<LocalBroker> down = new ArrayList<>();
        for (int index = 0; index < brokers.size(); index++) {
            if (!brokers.get(index).isRunning()) {
                // While another broker lives, every partition has a leader: then there is nothing to fence.
                brokers.set(index, broker(index, none ? brokers.size() : 0));
                down.add(brokers.get(index));
            }
        }
        atOnce(down, LocalBroker::start);
    }

    /** SIGKILL to one. */
    public void kill(int index) {
        brokers.get(index).kill();
    }

    /** SIGKILL to all. */
    public void killAll() {
        atOnce(brokers, LocalBroker::kill);
    }

    /** The process id of one; -1 when it does not run. */
    public long pid(int index) {
        return brokers.get(index).pid();
    }

    /** The addresses of all, with commas between. */
    public String bootstrapServers() {
        return brokers.stream().map(LocalBroker::bootstrapServers).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        atOnce(brokers, LocalBroker::stop);
    }

    /** Waits for all of them, and then says what went wrong with the first that failed. */
    private static void atOnce(List<LocalBroker> brokers, Consumer<LocalBroker> action) {
        List<CompletableFuture<Void>> actions = brokers.stream()
                .map(broker ->
                        CompletableFuture.runAsync(() -> action.accept(broker), task -> new Thread(task).start()))
                .toList();
        try {
            CompletableFuture.allOf(actions.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> free =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return free;
        } catch (IOException e) {
            throw new UncheckedIOException("no free ports for the brokers", e);
        }
    }
}
