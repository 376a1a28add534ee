// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The coffey command as a process of its own, from the class path of this one. */
public final class CoffeyProcess implements AutoCloseable {

    private final Process process;
    private final Path output;

    private CoffeyProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts the command; its output is added to a file. */
    public static CoffeyProcess start(Path output, List<String> arguments) {
        return start(output, List.of(), "io.coffey.cli.Coffey", arguments);
    }

    /**
     * Starts a main class as the command is started.
     *
     * @param output file that its output is added to
     * @param options further options of the JVM
     */
    public static CoffeyProcess start(Path output, List<String> options, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
            return new CoffeyProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException("the command cannot be started", e);
        }
    }

    /**
     * Waits for the end and returns the exit code.
     *
     * @throws IllegalStateException with its output when it does not end in time; it is killed then
     */
    public int await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("the command did not end within " + limit + ":\n" + output());
        }
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Asks it to end, as Ctrl-C does. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL to the command and to everything it started, the broker included. */
    public void kill() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        descendants.forEach(descendant -> descendant.onExit().join());
    }

    /** SIGKILL to the command alone, so that its broker is orphaned. */
    public void killCommandOnly() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The file that its output is added to. */
    public Path outputFile() {
        return output;
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
