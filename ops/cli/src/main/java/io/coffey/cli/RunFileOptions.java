// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.service.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of commands that read a run file. */
final class RunFileOptions {

    @Parameters(index = "0", paramLabel = "FILE", description = "The run file, in YAML.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over the file and the environment, as in trainer.steps=20. Repeatable.")
    private final List<String> overrides = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "The run's name, as --set run.name=NAME.")
    private @Nullable String name;

    Path file() {
        return file;
    }

    /** File and options as they can be typed again, for a shell. */
    String words() {
        StringBuilder words = new StringBuilder(quoted(file.toString()));
        overrides().forEach((key, value) -> words.append(" --set ").append(quoted(key + "=" + value)));
        return words.toString();
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./=:@,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    Map<String, String> overrides() {
        Map<String, String> all = new LinkedHashMap<>(SettingsLoader.overrides(overrides));
        if (name != null) {
            all.put("run.name", name);
        }
        return all;
    }
}
