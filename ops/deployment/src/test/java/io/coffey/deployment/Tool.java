// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a program of this machine answered.
 *
 * @param exitCode its exit code
 * @param output all that it printed
 */
record Tool(int exitCode, String output) {

    /** Runs a program in a folder; the test is skipped, and says so, where the machine does not have it. */
    static Tool run(Path directory, Map<String, String> environment, String program, String... arguments)
            throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assumeTrue(there, "this machine has no " + program);
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Tool(process.waitFor(), output);
    }
}
