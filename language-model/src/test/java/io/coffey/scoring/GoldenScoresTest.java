// SPDX-License-Identifier: Apache-2.0
package io.coffey.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.weights.Golden;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-probabilities and entropies of real models against those that another implementation computed. */
final class GoldenScoresTest {

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void agreesOnEveryTokenOfRealText(String model) throws IOException {
        ModelDirectory directory = ModelDirectory.open(SharedData.path("models/" + model));
        try (SequenceScorer scorer =
                new SequenceScorer(new Decoder(directory.config()), directory.loadWeights(), 256)) {
            for (Golden golden : Golden.read("models/" + model + "/golden.json").cases()) {
                int[] text = concatenation(golden.ints("prompt_ids"), golden.ints("greedy_ids"));
                int[] completion = Arrays.copyOfRange(text, 1, text.length); // everything after the first token

                SequenceScores scores = scorer.score(
                                List.of(new ScoringRequest(new int[] {text[0]}, completion, 0, completion, true)))
                        .get(0);

                double[] entropies = golden.doubles("entropy_per_position");
                assertThat(Golden.widened(scores.logProbs()))
                        .containsExactly(golden.doubles("logprob_of_each_token"), within(1e-4));
                assertThat(entropy(scores)).containsExactly(Arrays.copyOf(entropies, completion.length), within(1e-4));
            }
        }
    }

    private static double[] entropy(SequenceScores scores) {
        float[] entropy = scores.entropy();
        return entropy == null ? new double[0] : Golden.widened(entropy);
    }

    private static int[] concatenation(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }
}
