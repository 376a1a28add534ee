// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.weights.Golden;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts and stop strings of completions by a real model, greedy, for what another implementation wrote. */
final class CompletionTextTest {

    private static final String MODEL = "models/stories260K";

    @Test
    void goesOnThePromptPieceByPieceToTheGoldenText() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path(MODEL))) {
            for (Golden golden : Golden.read(MODEL + "/golden.json").cases()) {
                List<String> pieces = new ArrayList<>();

                Completion completion = complete(golden.ints("prompt_ids"), List.of(), pieces);

                assertThat(completion.tokens()).isEqualTo(golden.ints("greedy_ids"));
                assertThat(String.join("", pieces)).isEqualTo(completion.text());
                assertThat(pieces).hasSizeGreaterThan(20);
                String whole = tokenizer.decode(
                        IntStream.concat(Arrays.stream(golden.ints("prompt_ids")), Arrays.stream(completion.tokens()))
                                .toArray());
                assertThat(golden.text("prompt") + completion.text()).isEqualTo(whole);
                texts.add(completion.text());
            }
        }
        assertThat(texts.get(0))
                .isEqualTo(
                        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
                                + " One day, she saw a big, red ball. She wanted to play with it, but it was too high");
        assertThat(texts.get(3))
                .isEqualTo(" small and did not like to play. He was very small and scary. He wanted to show his friends"
                        + " the shop. He wanted to play with his friends.\nOne day, a little b");
    }

    @Test
    void endsBeforeAStopStringAndKeepsTheTokensThatSpellIt() throws IOException {
        Golden golden = Golden.read(MODEL + "/golden.json").cases().get(0);
        int[] prompt = golden.ints("prompt_ids");
        Completion full = complete(prompt, List.of(), new ArrayList<>());
        String text = String.valueOf(full.text());
        String stop = text.substring(40, 49);
        List<String> pieces = new ArrayList<>();

        Completion stopped = complete(prompt, List.of("never written", stop), pieces);

        int tokens = stopped.tokens().length;
        assertThat(stopped.stopped()).isTrue();
        assertThat(stopped.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(String.join("", pieces)).isEqualTo(stopped.text());
        assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(full.tokens(), tokens));
        assertThat(stopped.logProbs()).isEqualTo(Arrays.copyOf(full.logProbs(), tokens));
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path(MODEL))) {
            assertThat(tokenizer.decode(stopped.tokens())).contains(stop);
            assertThat(tokenizer.decode(Arrays.copyOf(stopped.tokens(), tokens - 1)))
                    .doesNotContain(stop);
        }
    }

    @Test
    void givesBackWhatOnlyLookedLikeAStopString() throws IOException {
        int[] prompt = Golden.read(MODEL + "/golden.json").cases().get(0).ints("prompt_ids");
        Completion full = complete(prompt, List.of(), new ArrayList<>());
        String text = String.valueOf(full.text());
        List<String> pieces = new ArrayList<>();

        Completion same = complete(prompt, List.of(text.substring(10, 30) + "!?", text + "!"), pieces);

        assertThat(same).usingRecursiveComparison().isEqualTo(full);
        assertThat(String.join("", pieces)).isEqualTo(text);
    }

    @Test
    void isRefusedWithoutATokenizer() {
        ModelDirectory directory = ModelDirectory.open(SharedData.path(MODEL));
        try (Generator generator = new Generator(new Decoder(directory.config()), 1)) {
            GenerationRequest request = new GenerationRequest(3, new int[] {1}, stopping(List.of("x")), 0);

            assertThatThrownBy(() -> generator.admit(request))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("request 3 has stop strings [x], and the generator no tokenizer");
        }
    }

    private static Completion complete(int[] prompt, List<String> stopStrings, List<String> pieces) {
        ModelDirectory directory = ModelDirectory.open(SharedData.path(MODEL));
        try (Weights weights = directory.loadWeights();
                Generator generator = new Generator(new Decoder(directory.config()), 2, directory.tokenizer())) {
            generator.use(weights, 0);
            generator.admit(new GenerationRequest(0, prompt, stopping(stopStrings), 0), pieces::add);
            List<Completion> finished = List.of();
            while (finished.isEmpty()) {
                finished = generator.step();
            }
            return finished.get(0);
        }
    }

    private static SamplingSettings stopping(List<String> stopStrings) {
        return new SamplingSettings(0, 0, 1, 0, 1, 60, Set.of(), stopStrings, 0, false, 0);
    }
}
