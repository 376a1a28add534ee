// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The coffey command as a process of its own, from the class path of the tests. */
final class CoffeyProcess implements AutoCloseable {

    private final Process process;
    private final Path output;

    private CoffeyProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts the command; its output goes to a file. */
    static CoffeyProcess start(Path output, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.coffey.cli.Coffey"));
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

    /** Waits for the end and returns the exit code. */
    int await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the command did not end within " + limit + ":\n" + output());
        }
        return process.exitValue();
    }

    /** Waits for the end and checks how it ended and that it said all this, and ends it where it does not. */
    void mustEnd(int exitCode, String... messages) throws InterruptedException {
        try (this) {
            assertThat(await(SumRun.LIMIT)).as(output()).isEqualTo(exitCode);
            assertThat(output()).contains(messages).doesNotContain("\tat ");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, as Ctrl-C does. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL to the command and to everything it started, the broker included. */
    void kill() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        descendants.forEach(descendant -> descendant.onExit().join());
    }

    /** SIGKILL to the command alone, so that its broker is orphaned. */
    void killCommandOnly() {
        process.destroyForcibly();
        process.onExit().join();
    }

    String output() {
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
