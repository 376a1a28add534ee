// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.cli.report.Console;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.UserException;
import io.coffey.trainer.WarmedUp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preference run makes before it begins. */
class PreferenceInputsTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum");

    @TempDir
    private Path directory;

    private final Map<String, String> overrides = new HashMap<>();

    @BeforeEach
    void twoPrompts() throws Exception {
        prompts("{\"prompt\": \"73519=\"}\n{\"prompt\": \"12345=\", \"teacherText\": \"1+2=3\"}\n");
        overrides.put("prompts.heldOut", "0");
        overrides.put("run.directory", directory.resolve("runs").toString());
        overrides.put("warmUp.steps", "2");
        overrides.put("warmUp.batch", "2");
    }

    @Test
    void hasTheTeacherWriteWhatIsMissingOnceAndKeepsTheRest() throws Exception {
        List<Prompt> first = complete().prompts().training();
        Path file = directory.resolve("runs/sum-soda/responses.jsonl");
        String kept = Files.readString(file);
        Files.writeString(file, kept.replaceFirst("\"response\":\"[^\"]*\"", "\"response\":\"7+3=10\""));

        assertThat(kept.lines()).hasSize(1);
        assertThat(first).extracting(Prompt::text).containsExactly("73519=", "12345=");
        assertThat(first.get(0).teacherText()).contains("+", "=");
        assertThat(first.get(1).teacherText()).isEqualTo("1+2=3");
        overrides.put("run.name", "again");
        assertThat(complete().prompts().training().get(0).teacherText())
                .as("the same seed, the same response")
                .isEqualTo(first.get(0).teacherText());
        overrides.put("run.name", "sum-soda");
        assertThatThrownBy(this::complete)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run sum-soda was warmed up otherwise: the responses was ");
    }

    @Test
    void leavesOutAPromptWhoseResponseIsCut() throws Exception {
        overrides.put("sampling.maxNewTokens", "3");

        RunInputs inputs = complete();

        assertThat(inputs.prompts().training()).extracting(Prompt::text).containsExactly("12345=");
        assertThat(inputs.prompts().leftOut()).isEqualTo(1);
        assertThat(directory.resolve("runs/sum-soda/responses.jsonl")).content().contains("\"response\":null");
    }

    @Test
    void warmsUpOnceAndRefusesToHaveDoneItOtherwise() throws Exception {
        WarmedUp first = complete().warmedUp().orElseThrow();
        Path weights = directory.resolve("runs/sum-soda/warm-up/model.safetensors");
        FileTime written = Files.getLastModifiedTime(weights);

        WarmedUp second = complete().warmedUp().orElseThrow();

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(Files.getLastModifiedTime(weights)).isEqualTo(written);
        overrides.put("warmUp.steps", "3");
        assertThatThrownBy(this::complete)
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "run sum-soda was warmed up otherwise: warmUp.steps was 2 and is now 3; put it back, or take"
                                + " another name with --name");
        overrides.put("run.name", "again");
        assertThat(complete().warmedUp().orElseThrow().digest()).isNotEqualTo(first.digest());
    }

    @Test
    void takesAModelThatSomebodyElseWarmedUp() throws Exception {
        Path warmUp = Files.createDirectories(directory.resolve("runs/sum-soda/warm-up"));
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(EXAMPLE.resolve("student").resolve(name), warmUp.resolve(name));
        }

        WarmedUp found = complete().warmedUp().orElseThrow();

        assertThat(found.digest()).isEqualTo(WarmedUp.of(opened().student()).digest());
        Files.copy(
                EXAMPLE.resolve("teacher/config.json"),
                warmUp.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                EXAMPLE.resolve("teacher/model.safetensors"),
                warmUp.resolve("model.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::complete).hasMessageContaining("found another network or tokenizer");
    }

    @Test
    void namesThePromptsThatHaveNoUsableResponse() throws Exception {
        overrides.put("teacher.model", "");

        assertThatThrownBy(this::opened)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "prompts.jsonl:1: no response of the teacher (prompts.responseKey), which the student is to"
                                + " prefer, and no teacher.model that could write one")
                .hasMessageNotContaining("prompts.jsonl:2");

        prompts("{\"prompt\": \"1=\", \"response\": \" \"}\n{\"prompt\": \"2=\", \"response\": \"%s\"}\n"
                .formatted("1".repeat(70)));
        overrides.put("prompts.responseKey", "response");
        assertThatThrownBy(this::opened)
                .hasMessageContaining("prompts.jsonl:1: empty response of the teacher")
                .hasMessageContaining("prompts.jsonl:2: prompt and response of 73 tokens, expected at most 64");
    }

    private void prompts(String lines) throws Exception {
        overrides.put(
                "prompts.file",
                Files.writeString(directory.resolve("prompts.jsonl"), lines).toString());
    }

    private RunInputs opened() {
        return RunInputs.open(settings());
    }

    private RunInputs complete() throws Exception {
        return opened().complete(settings(), Console.of(new PrintWriter(new StringWriter()), Map.of()));
    }

    private LocalRunSettings settings() {
        return RunSettingsReader.read(EXAMPLE.resolve("soda.yaml"), overrides, Map.of())
                .values();
    }
}
