// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigExplainCommandTest {

    @TempDir
    private Path directory;

    @Test
    void tellsWhereEachValueComesFrom() throws Exception {
        Answer answer = explain("--set", "trainer.batch=8");

        assertThat(setting(answer, "trainer.batch").get("source").getAsString()).isEqualTo("--set");
        assertThat(setting(answer, "trainer.batch").get("value").getAsString()).isEqualTo("8");
        assertThat(setting(answer, "trainer.batch").get("default").getAsString())
                .isEqualTo("64");
        assertThat(setting(answer, "trainer.steps").get("source").getAsString())
                .isEqualTo(directory.resolve("run.yaml") + ":6");
        assertThat(setting(answer, "trainer.order").get("source").getAsString()).isEqualTo("default");
        assertThat(setting(answer, "objective.direction").get("source").getAsString())
                .isEqualTo("default");
        assertThat(setting(answer, "objective.topK").get("value").getAsString()).isEqualTo("17");
    }

    @Test
    void masksSecrets() throws Exception {
        Answer answer = explain("--set", "kafka.properties.sasl.jaas.config=user password");

        assertThat(setting(answer, "kafka.properties.sasl.jaas.config")
                        .get("value")
                        .getAsString())
                .isEqualTo("***");
        assertThat(answer.out()).doesNotContain("user password");
    }

    @Test
    void explainsEveryKeyWithoutAFile() {
        Answer answer = Answer.to("config", "explain");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out().lines().toList())
                .anyMatch(line ->
                        line.matches("trainer\\.batch +64 +default +\\(an integer in \\[1, inf\\); default 64\\)"))
                .anyMatch(line ->
                        line.matches("trainer\\.steps +- +default +\\(an integer in \\[1, inf\\); required\\)"));
    }

    private Answer explain(String... options) throws Exception {
        Path file = Files.writeString(directory.resolve("run.yaml"), """
                run: {name: x}
                prompts: {file: nowhere.jsonl}
                student: {model: nowhere}
                teacher: {model: nowhere}
                objective: {type: divergence, topK: 17}
                trainer: {steps: 20}
                """);
        List<String> arguments = new ArrayList<>(List.of("config", "explain", file.toString(), "--json"));
        arguments.addAll(List.of(options));
        Answer answer = Answer.to(arguments.toArray(String[]::new));
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        return answer;
    }

    private static JsonObject setting(Answer answer, String key) {
        return answer.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(object -> object.get("key").getAsString().equals(key))
                .findFirst()
                .orElseThrow();
    }
}
