// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.weights.Golden;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Greedy completions of real models against those of other implementations, one of them in C. The golden files note the
 * smallest distance between the two largest logits, 0.0017 at the least: twenty times what rounding moves them.
 */
final class GoldenCompletionsTest {

    private static final int SLOTS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void agreesWithLlamaInCOnSixtyTokens(String model) throws IOException {
        List<Golden> cases = Golden.read("models/" + model + "/golden.json").cases();
        List<int[]> prompts =
                cases.stream().map(golden -> golden.ints("prompt_ids")).toList();

        List<int[]> completions = complete(model, prompts, 60);

        for (int i = 0; i < cases.size(); i++) {
            assertThat(completions.get(i))
                    .as("case %d", i)
                    .isEqualTo(cases.get(i).ints("greedy_ids"));
        }
    }

    @Test
    void agreesOnSumsToTheStopToken() throws IOException {
        List<Golden> cases = Golden.read("models/toy-sum5-teacher/golden.json").cases();
        int promptLength = 6;
        List<int[]> prompts = cases.stream()
                .map(golden -> Arrays.copyOf(golden.ints("ids"), promptLength))
                .toList();

        List<int[]> completions = complete("toy-sum5-teacher", prompts, 24);

        for (int i = 0; i < cases.size(); i++) {
            int[] ids = cases.get(i).ints("ids");
            assertThat(completions.get(i)).isEqualTo(Arrays.copyOfRange(ids, promptLength, ids.length));
        }
    }

    /** More prompts than slots: a slot is used again while its neighbours are at work. */
    private static List<int[]> complete(String model, List<int[]> prompts, int maxNewTokens) {
        ModelDirectory directory = ModelDirectory.open(SharedData.path("models/" + model));
        Map<Long, int[]> completions = new TreeMap<>();
        try (Weights weights = directory.loadWeights();
                Generator generator = new Generator(new Decoder(directory.config()), SLOTS)) {
            generator.use(weights, 0);
            int next = 0;
            while (completions.size() < prompts.size()) {
                while (generator.freeSlots() > 0 && next < prompts.size()) {
                    SamplingSettings greedy = SamplingSettings.greedy(maxNewTokens);
                    generator.admit(new GenerationRequest(next, prompts.get(next), greedy, 0));
                    next++;
                }
                generator.step().forEach(completion -> completions.put(completion.ticket(), completion.tokens()));
            }
        }
        return List.copyOf(completions.values());
    }
}
