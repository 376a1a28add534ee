// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Prometheus' own checker, where the machine has it: Debian's package {@code prometheus}, or PROMTOOL. */
final class Promtool {

    private Promtool() {}

    /** Runs it, and fails with its output where it is not content; skips the test where it is not there. */
    static void require(String... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /**
     * What it said.
     *
     * @param exitCode 0 when it is content
     * @param output both of its streams
     */
    record Result(int exitCode, String output) {}

    /** Runs it; skips the test where it is not there. */
    static Result run(String... arguments) throws IOException, InterruptedException {
        Optional<Path> promtool = found();
        assumeTrue(
                promtool.isPresent(),
                "no promtool on the PATH and none named by PROMTOOL: rules and dashboards are not checked");
        List<String> command = new ArrayList<>(List.of(promtool.get().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static Optional<Path> found() {
        String named = System.getenv("PROMTOOL");
        Stream<Path> candidates = named != null
                ? Stream.of(Path.of(named))
                : Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(directory -> Path.of(directory, "promtool"));
        return candidates.filter(Files::isExecutable).findFirst();
    }
}
