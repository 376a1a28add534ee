// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coffey.distillation.objective.Objectives;
import io.coffey.service.SettingsException;
import io.coffey.service.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScorerSettingsTest {

    private static final String RUN_FILE = """
            run: {name: sum-opd, seed: 7, directory: runs}
            kafka: {local: true, bootstrapServers: "", properties: {}}
            topics: {partitions: 2, replication: 1}
            prompts: {file: prompts.jsonl, heldOut: 0.05}
            student: {model: student}
            teacher: {model: teacher}
            objective: {type: divergence, direction: reverse, topK: 17}
            scorer: {tokenBudget: 4096}
            trainer: {steps: 400}
            """;

    @TempDir
    private Path directory;

    @Test
    void readsItsSectionsOfARunFileAndLeavesTheOthers() throws IOException {
        ScorerSettings settings = load(RUN_FILE);

        assertThat(settings.run().name()).isEqualTo("sum-opd");
        assertThat(settings.scorer().tokenBudget()).isEqualTo(4096);
        assertThat(settings.scorer().maxBatchDelay()).isEqualTo(Duration.ofMillis(10));
        assertThat(settings.scorer().workerId()).isEqualTo("0");
        assertThat(settings.teacher().model()).contains(directory.resolve("teacher"));
        assertThat(Objectives.create(settings.objective()).needs().studentTopK())
                .isEqualTo(17);
    }

    @Test
    void namesTheLineOfAnObjectivesProblem() {
        SettingsException thrown =
                catchThrowableOfType(SettingsException.class, () -> load(RUN_FILE.replace("topK: 17", "topK: many")));

        assertThat(thrown.problems()).hasSize(1);
        assertThat(thrown.problems().get(0))
                .startsWith(directory.resolve("run.yaml") + ":7: objective.topK: expected an integer");
    }

    @Test
    void takesNoWeightsAndNoContextForPairs() throws IOException {
        String pairs = RUN_FILE.replace(
                "objective: {type: divergence, direction: reverse, topK: 17}", "objective: {type: preference}");

        assertThat(problems(pairs)).isEmpty();
        assertThat(problems(pairs.replace("teacher: {model: teacher}\n", ""))).isEmpty();
        assertThat(problems(pairs.replace(
                        "teacher: {model: teacher}",
                        "teacher: {weights: live, context: {template: '{reference}{prompt}'}}")))
                .containsOnlyKeys("teacher.weights", "teacher.context.template");
    }

    private Map<String, String> problems(String text) throws IOException {
        ScorerSettings settings = load(text);
        return TeacherChoice.problems(settings.teacher(), settings.objective());
    }

    private ScorerSettings load(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("run.yaml"), text);
        return SettingsLoader.of(ScorerSettings.class)
                .section("objective", Objectives::problems)
                .load(file, Map.of(), Map.of())
                .values();
    }
}
