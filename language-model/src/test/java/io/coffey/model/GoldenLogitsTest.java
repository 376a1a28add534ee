// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.weights.Golden;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of real and of random models against those that other implementations computed in double precision. */
final class GoldenLogitsTest {

    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "tiny-random-llama-gqa, logits_float64, 12",
        "tiny-random-qwen2, logits_float64, 12",
        "tiny-random-gpt2, logits_float64, 12",
        "verl-arith-random, logits, 8"
    })
    void agreesAtEveryPosition(String model, String name, int positions) throws IOException {
        Golden golden = Golden.read("models/" + model + "/golden_logits.json");
        double[][] expected = golden.rows(name);

        double[][] logits = logits(model, golden.ints("ids"));

        assertThat(logits).hasNumberOfRows(positions);
        for (int i = 0; i < positions; i++) {
            assertThat(logits[i]).as("position %d", i).containsExactly(expected[i], within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void agreesAtTheEndOfRealPrompts(String model) throws IOException {
        for (Golden golden : Golden.read("models/" + model + "/golden.json").cases()) {
            int[] prompt = golden.ints("prompt_ids");

            assertAgrees(model, prompt, golden);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"toy-sum5-teacher", "toy-sum5-student-sft", "toy-add3-opsd-base"})
    void agreesAtTheEndOfPromptsOfCharacters(String model) throws IOException {
        for (Golden golden : Golden.read("models/" + model + "/golden.json").cases()) {
            int length = golden.text("prompt").length();
            int[] prompt = Arrays.copyOf(golden.ints("ids"), length);

            assertAgrees(model, prompt, golden);
        }
    }

    @Test
    void savesBrainFloatsAsTheSinglePrecisionTheyWereWidenedTo() {
        ModelDirectory model = ModelDirectory.open(SharedData.path("models/verl-arith-random"));

        try (Weights weights = model.loadWeights()) {
            float[] embedding = weights.tensors().get(0).floatArray();
            assertThat(IntStream.range(0, embedding.length).map(i -> Float.floatToRawIntBits(embedding[i]) & 0xffff))
                    .containsOnly(0);
        }
    }

    private static void assertAgrees(String model, int[] prompt, Golden golden) {
        double[] expected = golden.doubles("last_prompt_logits");
        assertThat(logits(model, prompt)[prompt.length - 1]).containsExactly(expected, within(TOLERANCE));
    }

    /** Logits at each position, [T][V]. */
    private static double[][] logits(String model, int[] tokens) {
        ModelDirectory directory = ModelDirectory.open(SharedData.path("models/" + model));
        Decoder decoder = new Decoder(directory.config());
        try (Weights weights = directory.loadWeights();
                TensorScope scope = TensorScope.open()) {
            Tensor ids = decoder.ids(scope, List.of(tokens), 1, tokens.length);
            Tensor rows = scope.ints(IntStream.range(0, tokens.length).toArray(), tokens.length);
            double[] logits = Golden.widened(
                    decoder.logits(scope, weights.tensors(), ids, rows).floatArray());
            int size = directory.config().vocabularySize();
            return IntStream.range(0, tokens.length)
                    .mapToObj(i -> Arrays.copyOfRange(logits, i * size, (i + 1) * size))
                    .toArray(double[][]::new);
        }
    }
}
