// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.objective.Objectives;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes loss scripts for Python. */
@Command(
        name = "export",
        header = "Write the loss scripts as archives that Python's torch.jit.load reads.",
        description =
                "DIR gets TYPE.pt for every objective, or for the one that --set objective.type names, and a README.md"
                        + " with the arguments of each.",
        sortOptions = false)
final class ObjectivesExportCommand implements Runnable {

    /** A script does not depend on it; it is what logits are checked for. */
    private static final int ANY_VOCABULARY = 1;

    private static final String PREFIX = "objective.";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder to write to; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path directory;

    @Option(
            names = "--set",
            paramLabel = "objective.KEY=VALUE",
            description = "Settings of one objective, objective.type first of all; the others have their defaults.")
    private final Map<String, String> given = new TreeMap<>();

    @Override
    public void run() {
        try {
            Files.createDirectories(directory);
            StringBuilder readme = new StringBuilder(HEAD.formatted(Objectives.scriptConventions()));
            if (given.isEmpty()) {
                for (String type : Objectives.types()) {
                    readme.append(export(Map.of("type", type)));
                }
            } else {
                readme.append(export(settings()));
            }
            Files.writeString(directory.resolve("README.md"), readme);
        } catch (IOException e) {
            throw new UserException(ExitCode.DATA, "cannot write to %s: %s".formatted(directory, e.getMessage()), e);
        }
        spec.commandLine().getOut().println("wrote " + directory);
        spec.commandLine().getOut().flush();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        given.forEach((key, value) -> {
            if (!key.startsWith(PREFIX)) {
                throw new UserException(
                        ExitCode.CONFIGURATION, "--set: expected a key that begins with objective., found " + key);
            }
            settings.put(key.substring(PREFIX.length()), value);
        });
        return settings;
    }

    /** Writes one archive; returns what the README says of it. */
    private String export(Map<String, String> settings) throws IOException {
        Objective objective;
        try {
            objective = Objectives.create(settings);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
        ObjectiveLoss loss = objective.compile(ANY_VOCABULARY);
        String file = settings.getOrDefault("type", "") + ".pt";
        Files.write(directory.resolve(file), loss.archive());
        return SECTION.formatted(
                file,
                objective.paper(),
                String.join(", ", objective.needs().words()),
                objective.settings(),
                String.join(", ", loss.arguments()),
                String.join(", ", loss.metricNames()));
    }

    private static final String HEAD = """
            # Loss scripts

            Each file is a module for Python's `torch.jit.load` with a method `loss`. It returns the scalar loss and the metrics,
            sums over the trained tokens in the order given below. Other methods are its parts.

            ```
            %s
            ```
            """;

    private static final String SECTION = """

            ## %s

            - paper: %s
            - needs: %s
            - settings: `%s`
            - `loss(%s)`
            - metrics: %s
            """;
}
