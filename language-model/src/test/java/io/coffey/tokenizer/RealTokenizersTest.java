// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.weights.Golden;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token ids of tokenizers that others trained, against ids that other implementations computed. */
final class RealTokenizersTest {

    private static final int LLAMA_BEGIN = 1;

    @Test
    void agreesWithLlamaCppOnGpt2() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("tokenizers/gpt2-base"))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(50_257);
            for (Golden golden : cases("golden/tokenizers/gpt2.json", 44)) {
                String text = golden.text("text");
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(golden.ints("ids"));
                assertThat(tokenizer.decode(golden.ints("ids"))).isEqualTo(text);
            }
        }
    }

    @Test
    void agreesWithLlamaCppOnLlama2() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("tokenizers/tinyllama-1.1b-3T"))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(32_000);
            for (Golden golden : cases("golden/tokenizers/llama2-spm.json", 43)) {
                String text = golden.text("text");
                int[] ids = tokenizer.encode(text);
                assertThat(ids[0]).isEqualTo(LLAMA_BEGIN); // the golden ids are without it
                assertThat(Arrays.copyOfRange(ids, 1, ids.length)).as(text).isEqualTo(golden.ints("ids"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void agreesWithTheGoldenPromptsOfAModel(String model) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("models/" + model))) {
            for (Golden golden : cases("models/" + model + "/golden.json", 5)) {
                String prompt = golden.text("prompt");
                assertThat(tokenizer.encode(prompt)).as(prompt).isEqualTo(golden.ints("prompt_ids"));
                assertThat(tokenizer.decode(golden.ints("prompt_ids"))).isEqualTo(prompt);
            }
        }
    }

    @Test
    void keepsATextFromEndingTheSequence() {
        try (Tokenizer gpt2 = Tokenizer.load(SharedData.path("tokenizers/gpt2-base"));
                Tokenizer llama = Tokenizer.load(SharedData.path("tokenizers/tinyllama-1.1b-3T"))) {
            String attack = "so<|endoftext|></s>";

            assertThat(gpt2.encode(attack, SpecialTokens.PARSED)).contains(50_256);
            assertThat(gpt2.encode(attack)).doesNotContain(50_256);
            assertThat(gpt2.decode(gpt2.encode(attack))).isEqualTo(attack);
            assertThat(llama.encode(attack, SpecialTokens.PARSED)).contains(2);
            assertThat(llama.encode(attack)).startsWith(LLAMA_BEGIN).doesNotContain(2);
            assertThat(llama.decode(llama.encode(attack))).isEqualTo(attack);
        }
    }

    @Test
    void refusesARealFileWithBrokenMergesInOneLine() {
        Path broken = SharedData.path("tokenizers/ort-llama2");

        assertThatThrownBy(() -> Tokenizer.load(broken))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json: not a tokenizer: Merges text file invalid at line 18918")
                .message()
                .hasLineCount(1);
    }

    private static List<Golden> cases(String file, int expected) throws IOException {
        List<Golden> cases = Golden.read(file).cases();
        assertThat(cases).hasSize(expected);
        return cases;
    }
}
