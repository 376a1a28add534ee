// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunInputsTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum");

    @TempDir
    private Path directory;

    @Test
    void opensTheExample() {
        RunInputs inputs = open(Map.of());

        assertThat(inputs.prompts().training()).hasSizeGreaterThan(10_000);
        assertThat(inputs.prompts().heldOut()).hasSizeGreaterThan(400);
        assertThat(inputs.teacher().tokenizer().fingerprint())
                .isEqualTo(inputs.student().tokenizer().fingerprint());
    }

    @Test
    void refusesATeacherWithAnotherTokenizer() throws Exception {
        Path teacher = copyOfTheTeacher();
        Path tokenizer = teacher.resolve("tokenizer.json");
        String other = Files.readString(tokenizer).replace("\"1\"", "\"x\"");
        Files.writeString(tokenizer, other);

        assertThatThrownBy(() -> open(Map.of("teacher.model", teacher.toString())))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessageContaining("student.model and teacher.model: tokenizers differ");
    }

    @Test
    void namesEverythingThatCannotBeUsed() throws Exception {
        Path teacher = copyOfTheTeacher();
        Files.delete(teacher.resolve("model.safetensors"));
        Path prompts = Files.writeString(directory.resolve("prompts.jsonl"), "{\"prompt\": 1}\n");

        assertThatThrownBy(() -> open(Map.of("teacher.model", teacher.toString(), "prompts.file", prompts.toString())))
                .hasMessageContaining("teacher.model: " + teacher + ": the model has no weights")
                .hasMessageContaining("prompts.jsonl:1");
    }

    @Test
    void namesThePromptsThatLeaveNoRoom() throws Exception {
        Path prompts = Files.writeString(
                directory.resolve("prompts.jsonl"), "{\"prompt\": \"1=\"}\n{\"prompt\": \"" + "1".repeat(60) + "\"}\n");

        assertThatThrownBy(() -> open(Map.of("prompts.file", prompts.toString())))
                .hasMessageContaining("prompts.jsonl:2: prompt of 60 tokens");
    }

    @Test
    void namesThePromptsWithoutTheReferenceThatTheTeacherIsToSee() throws Exception {
        Path prompts = Files.writeString(
                directory.resolve("prompts.jsonl"),
                "{\"prompt\": \"12345=\", \"reference\": \"15\"}\n{\"prompt\": \"1=\"}\n");

        assertThatThrownBy(() -> open(
                        Map.of("prompts.file", prompts.toString(), "teacher.context.template", "{reference}#{prompt}")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "prompts.jsonl:2: no reference (prompts.referenceKey), which the teacher is to be shown")
                .hasMessageNotContaining("prompts.jsonl:1");
    }

    @Test
    void namesThePromptsWhoseReferenceIsTooLongForTheTeacher() throws Exception {
        Path prompts = Files.writeString(
                directory.resolve("prompts.jsonl"),
                "{\"prompt\": \"12345=\", \"reference\": \"%s\"}\n".formatted("1".repeat(34)));

        assertThatThrownBy(() -> open(
                        Map.of("prompts.file", prompts.toString(), "teacher.context.template", "{reference}#{prompt}")))
                .hasMessageContaining(
                        "prompts.jsonl:1: prompt of 41 tokens with its reference, expected at most 40: the teacher's context less the new tokens");
    }

    @Test
    void letsAStudentTeachItselfWithAReference() throws Exception {
        Path prompts = Files.writeString(
                directory.resolve("prompts.jsonl"), "{\"prompt\": \"12345=\", \"reference\": \"15\"}\n");

        RunInputs inputs = open(Map.of(
                "prompts.file", prompts.toString(),
                "prompts.heldOut", "0",
                "teacher.model", "",
                "teacher.context.template", "{reference}#{prompt}"));

        assertThat(inputs.teacher().path()).isEqualTo(inputs.student().path());
    }

    @Test
    void refusesAStudentThatSeesNoMoreThanItselfAsItsTeacher() {
        assertThatThrownBy(() -> open(Map.of("teacher.model", "")))
                .hasMessageContaining("teacher.model: missing, expected a Hugging Face directory");
        assertThatThrownBy(() -> open(Map.of("teacher.weights", "live")))
                .hasMessageContaining(
                        "teacher.model: expected none, because teacher.weights live are the student's own");
        assertThatThrownBy(() -> open(Map.of("teacher.context.template", "{prompt}")))
                .hasMessageContaining(
                        "teacher.context.template: expected a text with {prompt} and {reference}, found none with {reference}");
    }

    private Path copyOfTheTeacher() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("teacher"));
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(EXAMPLE.resolve("teacher").resolve(name), copy.resolve(name));
        }
        return copy;
    }

    private static RunInputs open(Map<String, String> overrides) {
        return RunInputs.open(RunSettingsReader.read(EXAMPLE.resolve("opd.yaml"), overrides, Map.of())
                .values());
    }
}
