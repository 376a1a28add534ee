// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.service.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Sections of run files for tests, with the defaults that a run file has. */
public final class Sections {

    private Sections() {}

    /** The section scorer with a token budget. */
    public static ScorerSection scorer(int tokenBudget) {
        return load("scorer.tokenBudget", Integer.toString(tokenBudget)).scorer();
    }

    /** The section teacher with nothing given. */
    public static TeacherSection teacher() {
        return load("run.name", "run").teacher();
    }

    private static ScorerSettings load(String key, String value) {
        try {
            Path file = Files.createTempFile("run", ".yaml");
            Files.writeString(
                    file,
                    "run: {name: run}\nkafka: {local: true}\nstudent: {model: student}\nobjective: {type: divergence}\n");
            ScorerSettings settings = SettingsLoader.of(ScorerSettings.class)
                    .load(file, Map.of(key, value), Map.of())
                    .values();
            Files.delete(file);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
