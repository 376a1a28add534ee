// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The services of a run as processes of their own, each with an output file a life. Not thread-safe. */
public final class Services implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final String STARTED = "service starts";

    private final Path directory;
    private final List<String> arguments;
    private final Map<Target, CoffeyProcess> running = new EnumMap<>(Target.class);
    private final List<CoffeyProcess> replaced = new ArrayList<>();
    private int lives;

    /**
     * Services that do not run yet.
     *
     * @param directory where their output goes
     * @param arguments run file and settings, as the command takes them
     */
    public Services(Path directory, List<String> arguments) {
        this.directory = directory;
        this.arguments = List.copyOf(arguments);
    }

    /** Starts a service, with further settings, and returns when its work begins. */
    public void start(Target target, String... further) throws InterruptedException {
        awaitStart(target, launch(target, further));
    }

    /** Starts some of them at once. */
    public void startAll(List<Target> services) throws InterruptedException {
        for (Target target : services) {
            launch(target);
        }
        for (Target target : services) {
            awaitStart(target, process(target));
        }
    }

    private CoffeyProcess launch(Target target, String... further) {
        lives++;
        List<String> words = new ArrayList<>(List.of("start", target.command()));
        words.addAll(arguments);
        words.addAll(List.of("--set", "metrics.port=")); // one port is not for three processes
        target.settings().forEach(setting -> words.addAll(List.of("--set", setting)));
        for (String setting : further) {
            words.addAll(List.of("--set", setting));
        }
        CoffeyProcess process = CoffeyProcess.start(directory.resolve("%03d.%s.log".formatted(lives, target)), words);
        running.put(target, process);
        return process;
    }

    private static void awaitStart(Target target, CoffeyProcess process) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!process.output().contains(STARTED)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new UserException(
                        ExitCode.BROKEN_PROMISE,
                        "the %s did not start; its output: %s".formatted(target, process.output()));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The process of a service. */
    public CoffeyProcess process(Target target) {
        CoffeyProcess process = running.get(target);
        if (process == null) {
            throw new IllegalStateException("the " + target + " was not started");
        }
        return process;
    }

    /** Lets go of the process of a service, which lives on until the end of all. */
    public CoffeyProcess release(Target target) {
        CoffeyProcess process = process(target);
        running.remove(target);
        replaced.add(process);
        return process;
    }

    /** Services that ended without having been struck. */
    public List<Target> fallen() {
        return running.entrySet().stream()
                .filter(entry -> !entry.getValue().isAlive())
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        running.values().forEach(CoffeyProcess::close);
        replaced.forEach(CoffeyProcess::close);
    }
}
