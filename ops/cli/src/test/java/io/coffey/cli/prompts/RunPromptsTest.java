// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.UserException;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.training.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPromptsTest {

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Tokenizer tokenizer;

    @TempDir
    private Path directory;

    @BeforeAll
    static void loadTokenizer() {
        tokenizer = Tokenizer.load(Path.of("../../examples/sum/student"));
    }

    @AfterAll
    static void closeTokenizer() {
        tokenizer.close();
    }

    @Test
    void identifiesAPromptByTextAndReference() {
        PromptLine plain = new PromptLine("prompts.jsonl:1", "12345=", null, null);
        PromptLine referenced = new PromptLine("prompts.jsonl:2", "12345=", "15", null);

        assertThat(plain.id()).isEqualTo("2709d7f2d8c0a7cd");
        assertThat(referenced.id()).isEqualTo("55d88db95ee00a75");
    }

    @Test
    void holdsOutTheSharePromisedAndTheSamePromptsWhateverTheFile() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            all.add("{\"prompt\": \"%d=\"}".formatted(10_000 + i));
        }

        RunPrompts whole = read(0.05, all);
        RunPrompts half = read(0.05, all.subList(0, 2000));

        assertThat(whole.heldOut()).hasSizeBetween(150, 250);
        assertThat(whole.training()).hasSize(4000 - whole.heldOut().size());
        assertThat(ids(whole.heldOut()))
                .containsAll(ids(half.heldOut()))
                .doesNotContainAnyElementsOf(ids(half.training()));
    }

    @Test
    void takesAPromptOnce() throws Exception {
        RunPrompts prompts = read(0, List.of("{\"prompt\": \"12=\"}", "", "{\"prompt\": \"12=\", \"level\": 3}"));

        assertThat(prompts.training()).hasSize(1);
        assertThat(prompts.training().get(0).tokens()).hasSize(3);
    }

    @Test
    void namesTheLineThatIsMalformed() {
        assertThatThrownBy(() -> read(0, List.of("{\"prompt\": \"12=\"}", "{\"prompt\": 12}")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("prompts.jsonl:2");
    }

    @Test
    void namesEveryLineThatIsTooLong() {
        assertThatThrownBy(() -> read(
                        0,
                        List.of("{\"prompt\": \"12345678=\"}", "{\"prompt\": \"1=\"}", "{\"prompt\": \"1234567=\"}")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("prompts.jsonl:1: prompt of 9 tokens, expected 1 to 7")
                .hasMessageContaining("prompts.jsonl:3: prompt of 8 tokens, expected 1 to 7");
    }

    @Test
    void leavesOutWhatIsTooLongWhereThatIsAskedForAndCountsIt() throws Exception {
        Path file = Files.write(
                directory.resolve("prompts.jsonl"),
                List.of("{\"prompt\": \"12345678=\"}", "{\"prompt\": \"1=\"}", "{\"prompt\": \"1234567=\"}"));

        RunPrompts prompts = RunPrompts.read(PromptFile.of(file), tokenizer, 7, 0, PromptCheck.NONE, true);

        assertThat(prompts.training()).extracting(Prompt::text).containsExactly("1=");
        assertThat(prompts.leftOut()).isEqualTo(2);
    }

    @Test
    void readsADataSetWithNamesOfItsOwnAndShowsItsPromptsInATemplate() throws Exception {
        Path file = Files.write(
                directory.resolve("problems.jsonl"),
                List.of("{\"question\": \"1+2\", \"answer\": \"3\"}", "{\"question\": \"1+3\"}"));
        PromptFile source = new PromptFile(file, "question", "answer", "teacherText", ":{prompt}=");

        RunPrompts prompts = RunPrompts.read(source, tokenizer, 7, 0, PromptCheck.NONE, false);

        assertThat(prompts.training()).extracting(Prompt::text).containsExactly(":1+2=", ":1+3=");
        assertThat(prompts.training()).extracting(Prompt::reference).containsExactly("3", null);
        assertThat(prompts.training().get(0).tokens()).hasSize(5);
    }

    private RunPrompts read(double heldOut, List<String> lines) throws Exception {
        Path file = Files.write(directory.resolve("prompts.jsonl"), lines);
        return RunPrompts.read(PromptFile.of(file), tokenizer, 7, heldOut, PromptCheck.NONE, false);
    }

    private static Set<String> ids(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::id).collect(Collectors.toSet());
    }
}
