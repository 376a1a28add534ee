// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.model.DecoderConfig;
import io.coffey.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingExamplesTest {

    /** Every text begins with the token 5; "ab" is one token. */
    private static final String TOKENIZER = """
            {"version": "1.0", "normalizer": null, "pre_tokenizer": null, "decoder": {"type": "Fuse"},
             "added_tokens": [{"id": 5, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true}],
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
               "special_tokens": {"<s>": {"id": "<s>", "ids": [5], "tokens": ["<s>"]}}},
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3}, "merges": ["a b"]}}
            """;

    private static final DecoderConfig CONFIG =
            new DecoderConfig(6, 8, 8, 1, 1, 1, 8, 6, 1e-5, 10_000, true, List.of(4));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Tokenizer tokenizer;

    @BeforeEach
    void loadTokenizer() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), TOKENIZER);
        tokenizer = Tokenizer.load(directory);
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    @Test
    void endsEachCompletionWithTheStopToken() throws IOException {
        List<TrainingSequence> examples = read("{\"prompt\": \"c\", \"completion\": \"abc\"}");

        assertThat(examples.get(0).prompt()).containsExactly(5, 2);
        assertThat(examples.get(0).completion()).containsExactly(3, 2, 4);
    }

    @Test
    void learnsToStopAtOnceFromAnEmptyCompletion() throws IOException {
        assertThat(read("{\"prompt\": \"c\", \"completion\": \"\"}").get(0).completion())
                .containsExactly(4);
    }

    @Test
    void tokenisesTheCompletionByItselfWhereAMergeWouldReachIntoThePrompt() throws IOException {
        TrainingSequence example =
                read("{\"prompt\": \"ca\", \"completion\": \"bc\"}").get(0);

        assertThat(example.prompt()).containsExactly(5, 2, 0);
        assertThat(example.completion()).containsExactly(1, 2, 4);
    }

    @Test
    void refusesAnExampleThatIsLongerThanTheModelReads() {
        assertThatThrownBy(() -> read("{\"prompt\": \"cc\", \"completion\": \"ccc\"}"))
                .isInstanceOf(DataException.class)
                .hasMessage(directory.resolve("examples.jsonl")
                        + ":1: expected at most 6 tokens, the model's longest sequence, found 3 + 4");
    }

    private List<TrainingSequence> read(String line) throws IOException {
        return TrainingExamples.read(Files.writeString(directory.resolve("examples.jsonl"), line), tokenizer, CONFIG);
    }
}
