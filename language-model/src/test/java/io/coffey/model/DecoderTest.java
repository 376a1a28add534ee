// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecoderTest {

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
              return torch.neg(torch.mean(torch.gather(torch.log_softmax(logits, -1), 1, targets)))
            def gradient(self, leaf: Tensor) -> Tensor:
              return torch.clone(leaf.grad)
            """, Map.of());

    static Stream<Arguments> families() {
        return FamiliesTest.families();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void hasTheGradientsOfFiniteDifferences(String name, JsonObject json) {
        DecoderConfig config = ConfigParser.parse(new ConfigValues(Path.of(name), json), json);
        Decoder decoder = new Decoder(config);
        List<double[]> weights = doubles(config);
        List<double[]> gradients = gradients(decoder, weights);
        Random random = new Random(3);
        double step = 1e-5;
        for (int i = 0; i < weights.size(); i++) {
            double[] direction = random.doubles(weights.get(i).length, -1, 1).toArray();
            double up = loss(decoder, moved(weights, i, direction, step));
            double down = loss(decoder, moved(weights, i, direction, -step));

            double numeric = (up - down) / (2 * step);

            double analytic = dot(gradients.get(i), direction);
            String entry = WeightsLayout.of(config).entries().get(i).name();
            assertThat(analytic).as(entry).isCloseTo(numeric, within(1e-7 + 1e-6 * Math.abs(numeric)));
            assertThat(analytic).as(entry).isNotZero();
        }
    }

    @Test
    void doesNotLookAhead() {
        Decoder decoder = new Decoder(TinyModel.TIED);
        int[] tokens = TinyModel.tokens(5, 16);
        int[] changed = tokens.clone();
        changed[10] = (tokens[10] + 1) % 61;
        try (Weights weights = TinyModel.weights(TinyModel.TIED, 1);
                TensorScope scope = TensorScope.open()) {
            Tensor ids = decoder.ids(scope, List.of(tokens, changed), 2, 16);

            Tensor logits = decoder.logits(scope, weights.tensors(), ids, scope.ints(new int[] {9, 25, 10, 26}, 4));

            float[] values = logits.floatArray();
            for (int v = 0; v < 61; v++) {
                assertThat(values[v]).isCloseTo(values[61 + v], within(1e-6f));
            }
            assertThat(values[2 * 61]).isNotCloseTo(values[3 * 61], within(1e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 15, 16, 17, 24, 32, 33})
    void givesARowTheSameBitsInEverySlotAndCompany(int slots) {
        Decoder decoder = new Decoder(TinyModel.WIDER);
        int vocabulary = TinyModel.WIDER.vocabularySize();
        try (Weights weights = TinyModel.weights(TinyModel.WIDER, 1);
                TensorScope scope = TensorScope.open()) {
            float[] alike = decoded(scope, decoder, weights, new int[slots], slots);
            for (int slot = 0; slot < slots; slot++) {
                int[] tokens = TinyModel.tokens(slot, slots);
                tokens[slot] = 0;

                float[] mixed = decoded(scope, decoder, weights, tokens, slots);

                assertThat(Arrays.copyOfRange(mixed, slot * vocabulary, (slot + 1) * vocabulary))
                        .as("slot %d", slot)
                        .containsExactly(Arrays.copyOf(alike, vocabulary));
            }
        }
    }

    /** Logits after one token in each slot, [S, V]. */
    private static float[] decoded(TensorScope scope, Decoder decoder, Weights weights, int[] tokens, int slots) {
        try (KeyValueCache cache = new KeyValueCache(decoder, slots)) {
            Tensor at = scope.ints(Arrays.copyOf(tokens, 2 * slots), 2, slots);
            return decoder.decode(scope, weights.tensors(), cache, at, Decoder.BUCKET)
                    .floatArray();
        }
    }

    @Test
    void refusesTokensOutsideTheVocabulary() {
        Decoder decoder = new Decoder(TinyModel.TIED);
        try (TensorScope scope = TensorScope.open()) {
            assertThatThrownBy(() -> decoder.ids(scope, List.of(new int[] {3, 61}), 1, 16))
                    .hasMessage("token 61 at position 1 is outside the vocabulary of 61");
        }
    }

    private static List<double[]> doubles(DecoderConfig config) {
        try (Weights weights = TinyModel.weights(config, 1)) {
            return weights.tensors().stream()
                    .map(tensor -> {
                        float[] values = tensor.floatArray();
                        return IntStream.range(0, values.length)
                                .mapToDouble(i -> values[i])
                                .toArray();
                    })
                    .toList();
        }
    }

    private static List<double[]> gradients(Decoder decoder, List<double[]> weights) {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> leaves = leaves(scope, decoder, weights);
            Gradients.backward(loss(scope, decoder, leaves));
            return leaves.stream()
                    .map(leaf -> LOSS.call(scope, "gradient", leaf).get(0).doubleArray())
                    .toList();
        }
    }

    private static double loss(Decoder decoder, List<double[]> weights) {
        try (TensorScope scope = TensorScope.open()) {
            return loss(scope, decoder, leaves(scope, decoder, weights)).item();
        }
    }

    private static Tensor loss(TensorScope scope, Decoder decoder, List<Tensor> leaves) {
        int[] rows = {3, 4, 5, 6, 16 + 2, 16 + 15};
        Tensor ids = decoder.ids(scope, List.of(TinyModel.tokens(7, 9), TinyModel.tokens(8, 16)), 2, 16);
        Tensor states = decoder.statesWithGradient(scope, leaves, ids, scope.ints(rows, rows.length));
        Tensor logits = decoder.logitsWithGradient(scope, leaves, states, 0, rows.length);
        return LOSS.callWithGradient(scope, "loss", logits, scope.ints(new int[] {1, 2, 3, 4, 5, 6}, 6, 1))
                .get(0);
    }

    private static List<Tensor> leaves(TensorScope scope, Decoder decoder, List<double[]> weights) {
        List<WeightsLayout.Entry> entries = WeightsLayout.of(decoder.config()).entries();
        return IntStream.range(0, entries.size())
                .mapToObj(i ->
                        scope.leaf(scope.doubles(weights.get(i), entries.get(i).dimensions())))
                .toList();
    }

    private static List<double[]> moved(List<double[]> weights, int index, double[] direction, double step) {
        List<double[]> moved = new ArrayList<>(weights);
        double[] values = weights.get(index).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += step * direction[i];
        }
        moved.set(index, values);
        return moved;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }
}
