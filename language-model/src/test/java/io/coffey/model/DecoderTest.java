// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DecoderTest {

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
              return torch.neg(torch.mean(torch.gather(torch.log_softmax(logits, -1), 1, targets)))
            def gradient(self, leaf: Tensor) -> Tensor:
              return torch.clone(leaf.grad)
            """, Map.of());

    @Test
    void hasTheGradientsOfFiniteDifferences() {
        for (DecoderConfig config : List.of(TinyModel.TIED, TinyModel.UNTIED)) {
            Decoder decoder = new Decoder(config);
            List<double[]> weights = doubles(config);
            List<double[]> gradients = gradients(decoder, weights);
            Random random = new Random(3);
            double step = 1e-5;
            for (int i = 0; i < weights.size(); i++) {
                double[] direction =
                        random.doubles(weights.get(i).length, -1, 1).toArray();
                double up = loss(decoder, moved(weights, i, direction, step));
                double down = loss(decoder, moved(weights, i, direction, -step));

                double numeric = (up - down) / (2 * step);

                double analytic = dot(gradients.get(i), direction);
                String name = WeightsLayout.of(config).entries().get(i).name();
                assertThat(analytic).as(name).isCloseTo(numeric, within(1e-7 + 1e-6 * Math.abs(numeric)));
                assertThat(analytic).as(name).isNotZero();
            }
        }
    }

    @Test
    void decodesWhatTheWholeSequencePredicts() {
        Decoder decoder = new Decoder(TinyModel.UNTIED);
        int[] tokens = TinyModel.tokens(5, 40);
        int prompt = 17;
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1);
                TensorScope scope = TensorScope.open();
                KeyValueCache cache = new KeyValueCache(decoder, 3)) {
            int[] all = IntStream.range(0, 40).toArray();
            Tensor ids = decoder.ids(scope, List.of(tokens), 1, 40);
            float[] whole = decoder.logits(scope, weights.tensors(), ids, scope.ints(all, 40))
                    .floatArray();
            int slot = 1;
            decoder.prefill(
                    scope,
                    weights.tensors(),
                    cache,
                    decoder.ids(
                            scope, List.of(IntStream.of(tokens).limit(prompt).toArray()), 1, 32),
                    scope.ints(new int[] {slot}, 1));

            for (int position = prompt; position < 40; position++) {
                cache.reserve(position + 1);
                Tensor at = scope.ints(new int[] {0, tokens[position], 0, 0, position, 0}, 2, 3);
                float[] logits =
                        decoder.decode(scope, weights.tensors(), cache, at, 48).floatArray();

                int vocabulary = TinyModel.UNTIED.vocabularySize();
                for (int v = 0; v < vocabulary; v++) {
                    assertThat(logits[slot * vocabulary + v])
                            .isCloseTo(whole[position * vocabulary + v], within(1e-5f));
                }
            }
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
        Tensor logits = decoder.logitsWithGradient(scope, leaves, ids, scope.ints(rows, rows.length));
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
