// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jspecify.annotations.Nullable;

/**
 * A single-node broker as a child process, on loopback only, with its data in a directory that outlives it. It may be
 * stopped or killed, and started again on the same data and port. A broker that a killed process left behind is taken
 * over when it answers and is ended when it does not. One owner per directory at a time: the caller sees to that. Not
 * thread-safe, except {@link #pid}.
 */
public final class LocalBroker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(15);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long LEAST_FREE_BYTES = 16 << 20;
    private static final String PID_FILE = "broker.pid";
    private static final int SHOWN_LOG_LINES = 6;

    private final Settings settings;
    private final ProcessMark mark;
    private final Path log;
    private volatile @Nullable ProcessHandle process;
    private @Nullable ClassArchive archive;

    /**
     * How to run a broker.
     *
     * @param directory where its data, settings and log are kept; made when missing
     * @param port port for clients; 0 chooses a free one and keeps it
     * @param properties broker properties that go over the defaults for one small machine
     */
    public record Settings(Path directory, int port, Map<String, String> properties) {

        public Settings {
            properties = Map.copyOf(properties);
        }

        public static Settings in(Path directory) {
            return new Settings(directory, 0, Map.of());
        }
    }

    public LocalBroker(Settings settings) {
        this.settings = settings;
        this.mark = new ProcessMark(settings.directory().resolve(PID_FILE));
        this.log = settings.directory().resolve("broker.log");
    }

    /** The address of the broker that runs on a directory, whoever started it; empty when none does. */
    public static Optional<String> runningIn(Path directory) {
        try {
            return new ProcessMark(directory.resolve(PID_FILE))
                    .find()
                    .map(process -> BrokerProperties.bootstrapServers(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns when the broker answers. Does nothing when it is running.
     *
     * @throws BrokerException when its disk is full, or it ends or does not answer in time; the message shows the end
     *     of its log then
     */
    public void start() {
        if (isRunning()) {
            return;
        }
        try {
            Files.createDirectories(settings.directory());
            if (!takeOver()) {
                launch();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return BrokerProperties.bootstrapServers(settings.directory());
    }

    /** The process id; -1 when there is no process. */
    public long pid() {
        ProcessHandle current = process;
        return current == null ? -1 : current.pid();
    }

    public boolean isRunning() {
        ProcessHandle current = process;
        return current != null && current.isAlive();
    }

    public Path logFile() {
        return log;
    }

    /** Asks the broker to end and waits until it has; ends it the hard way when it takes longer than 30 s. */
    public void stop() {
        ProcessHandle current = process;
        if (current == null) {
            return;
        }
        end(current);
        forget(true);
    }

    /** Ends the broker at once, as a crash would (SIGKILL). */
    public void kill() {
        ProcessHandle current = process;
        if (current == null) {
            return;
        }
        current.destroyForcibly();
        await(current, STOP_LIMIT);
        forget(false);
    }

    @Override
    public void close() {
        stop();
    }

    private boolean takeOver() throws IOException {
        Optional<ProcessHandle> orphan = mark.find();
        if (orphan.isEmpty()) {
            return false;
        }
        if (BrokerProperties.matches(settings) && awaitAnswer(orphan.get(), ORPHAN_LIMIT)) {
            process = orphan.get();
            return true;
        }
        end(orphan.get());
        return false;
    }

    private void launch() throws IOException {
        requireRoom();
        BrokerProperties.write(settings);
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling("broker.previous.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        ClassArchive classes = ClassArchive.ofThisProcess();
        ProcessBuilder builder = new ProcessBuilder(command(classes))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("CLASSPATH", classes.classPath());
        ProcessHandle started = builder.start().toHandle();
        mark.write(started);
        archive = classes;
        process = started;
        if (!awaitAnswer(started, START_LIMIT)) {
            boolean alive = started.isAlive();
            kill();
            throw new BrokerException("the local broker in %s %s; its log ends: %s (all of it: %s)"
                    .formatted(
                            settings.directory(),
                            alive ? "did not answer within " + START_LIMIT.toSeconds() + " s" : "ended while starting",
                            endOfLog(),
                            log));
        }
    }

    /** A broker that finds no room for its log ends at once, and what it says of that is long. */
    private void requireRoom() throws IOException {
        Path data = BrokerProperties.dataDirectory(BrokerProperties.file(settings.directory()));
        long free = Files.getFileStore(Files.exists(data) ? data : settings.directory())
                .getUsableSpace();
        if (free < LEAST_FREE_BYTES) {
            throw new BrokerException(
                    "the disk of the local broker is full: %s has %d MiB free, expected at least %d MiB; make room and run the same command again"
                            .formatted(data, free >> 20, LEAST_FREE_BYTES >> 20));
        }
    }

    /**
     * A shell makes the child deaf to the terminal: Ctrl-C reaches the whole process group, and the broker has to live
     * until its owner has committed. The class path travels in the environment to keep the command line readable.
     */
    private List<String> command(ClassArchive classes) {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP QUIT; exec \"$@\"", "coffey-broker"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dlogback.configurationFile=io/coffey/cli/broker/logback.xml"));
        command.addAll(classes.options());
        command.add(BrokerMain.class.getName());
        command.add(BrokerProperties.file(settings.directory().toAbsolutePath()).toString());
        return command;
    }

    private boolean awaitAnswer(ProcessHandle candidate, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
        try (Admin admin = Admin.create(client)) {
            while (candidate.isAlive() && System.nanoTime() < deadline) {
                if (answers(admin)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean answers(Admin admin) {
        try {
            return !admin.describeCluster(new DescribeClusterOptions().timeoutMs(500))
                    .nodes()
                    .get()
                    .isEmpty();
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while waiting for the local broker");
        }
    }

    private static void end(ProcessHandle target) {
        target.destroy();
        if (!await(target, STOP_LIMIT)) {
            target.destroyForcibly();
            await(target, STOP_LIMIT);
        }
    }

    private static boolean await(ProcessHandle target, Duration limit) {
        try {
            target.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void forget(boolean clean) {
        process = null;
        try {
            mark.delete();
            if (archive != null) {
                if (clean) {
                    archive.adopt();
                } else {
                    archive.discard();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String endOfLog() throws IOException {
        List<String> lines = Files.readString(log, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    }
}
