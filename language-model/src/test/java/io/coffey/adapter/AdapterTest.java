// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.TinyModel;
import io.coffey.model.Weights;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AdapterTest {

    private static final DecoderConfig CONFIG = TinyModel.TIED;
    private static final List<String> ALL =
            List.of("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
              return torch.neg(torch.mean(torch.gather(torch.log_softmax(logits, -1), 1, targets)))
            """, Map.of());

    @Test
    void changesNothingBeforeItHasLearned() {
        try (Weights base = TinyModel.weights(CONFIG, 1);
                Adapter adapter = Adapter.initial(CONFIG, new AdapterSettings(4, 8, ALL), "", 5);
                Weights merged = adapter.mergeInto(base)) {

            assertThat(merged.digest()).isEqualTo(base.digest());
            assertThat(logits(merged)).containsExactly(logits(base));
        }
    }

    @Test
    void addsTheScaledProductToTheRowsOfEachTarget() {
        Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(2, 3, List.of("v_proj", "down_proj")), 6);
        try (adapter;
                Weights base = TinyModel.weights(CONFIG, 1);
                Weights merged = adapter.mergeInto(base)) {
            // Layer 1: query, key and value rows are 32, 16 and 16 of 32 columns; down is [32, 48].
            int qkv = 6 + 2;
            int down = 6 + 6;
            float[] expectedQkv = base.tensors().get(qkv).floatArray();
            add(
                    expectedQkv,
                    48 * 32,
                    1.5,
                    adapter.tensors().get(4),
                    adapter.tensors().get(5));
            float[] expectedDown = base.tensors().get(down).floatArray();
            add(
                    expectedDown,
                    0,
                    1.5,
                    adapter.tensors().get(6),
                    adapter.tensors().get(7));

            assertThat(merged.tensors().get(qkv).floatArray()).containsExactly(expectedQkv, within(1e-6f));
            assertThat(merged.tensors().get(down).floatArray()).containsExactly(expectedDown, within(1e-6f));
            for (int untouched : new int[] {0, 1, 3, 4, 5, 7, 9, 10, 11, 13}) {
                assertThat(merged.tensors().get(untouched).floatArray())
                        .containsExactly(base.tensors().get(untouched).floatArray());
            }
            assertThat(logits(merged)[0]).isNotCloseTo(logits(base)[0], within(1e-4f));
        }
    }

    @Test
    void predictsMergedWhatItPredictsAsItIsTrained() {
        Decoder decoder = new Decoder(CONFIG);
        try (Weights base = TinyModel.weights(CONFIG, 1);
                Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(4, 8, ALL), 7);
                Weights merged = adapter.mergeInto(base);
                TensorScope scope = TensorScope.open()) {
            List<Tensor> adapted = adapter.adaptedWithGradient(scope, base.tensors(), adapter.tensors());

            float[] logits = decoder.logits(scope, adapted, ids(scope, decoder), rows(scope))
                    .floatArray();

            assertThat(logits).containsExactly(logits(merged), within(1e-6f));
        }
    }

    @Test
    void hasTheGradientsOfFiniteDifferences() {
        Decoder decoder = new Decoder(CONFIG);
        try (Weights weights = TinyModel.weights(CONFIG, 1);
                Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(3, 6, ALL), 8)) {
            List<double[]> base = doubles(weights.tensors());
            List<double[]> pairs = doubles(adapter.tensors());
            List<double[]> gradients = gradients(decoder, adapter, weights, base, pairs);
            Random random = new Random(3);
            double step = 1e-5;
            assertThat(pairs).hasSize(2 * 7 * 2);
            for (int i = 0; i < pairs.size(); i++) {
                double[] direction = random.doubles(pairs.get(i).length, -1, 1).toArray();
                double up = loss(decoder, adapter, weights, base, moved(pairs, i, direction, step));
                double down = loss(decoder, adapter, weights, base, moved(pairs, i, direction, -step));

                double numeric = (up - down) / (2 * step);

                double[] gradient = gradients.get(i);
                double analytic = IntStream.range(0, gradient.length)
                        .mapToDouble(j -> gradient[j] * direction[j])
                        .sum();
                assertThat(analytic).as("tensor %d", i).isCloseTo(numeric, within(1e-8 + 1e-6 * Math.abs(numeric)));
                assertThat(analytic).as("tensor %d", i).isNotZero();
            }
        }
    }

    @Test
    void drawsFromTheSeedAndTheNameOfTheMatrixAlone() {
        try (Adapter one = Adapter.initial(CONFIG, new AdapterSettings(4, 8, List.of("q_proj", "v_proj")), "", 5);
                Adapter more = Adapter.initial(CONFIG, new AdapterSettings(4, 1, ALL), "", 5);
                Adapter other =
                        Adapter.initial(CONFIG, new AdapterSettings(4, 8, List.of("q_proj", "v_proj")), "", 6)) {
            float[] a = one.tensors().get(0).floatArray();

            assertThat(more.tensors().get(0).floatArray()).containsExactly(a);
            assertThat(other.tensors().get(0).floatArray()).isNotEqualTo(a);
            assertThat(one.tensors().get(2).floatArray()).isNotEqualTo(a);
            // Uniform in +-1/sqrt(32): a variance of 1/96.
            assertThat(a).hasSize(4 * 32);
            for (float value : a) {
                assertThat(Math.abs(value)).isLessThan(0.17678f);
            }
            double variance = IntStream.range(0, a.length)
                    .mapToDouble(i -> a[i] * a[i])
                    .average()
                    .orElseThrow();
            assertThat(variance).isCloseTo(1.0 / 96, within(0.002));
            assertThat(one.tensors().get(1).floatArray()).hasSize(32 * 4).containsOnly(0);
        }
    }

    @Test
    void comesBackFromItsCanonicalBytes() {
        AdapterSettings settings = new AdapterSettings(2, 16, List.of("v_proj", "q_proj"));
        try (Adapter adapter = Adapters.trained(CONFIG, settings, 9)) {
            byte[] bytes = adapter.toBytes();

            try (Adapter again = Adapter.fromBytes(CONFIG, bytes)) {
                assertThat(again.settings()).isEqualTo(new AdapterSettings(2, 16, List.of("q_proj", "v_proj")));
                assertThat(again.toBytes()).isEqualTo(bytes);
                assertThat(again.digest()).isEqualTo(adapter.digest()).isEqualTo(Weights.digest(bytes));
            }
            String header = "coffey-adapter 1 2 16.0 q_proj,v_proj \n";
            assertThat(new String(bytes, 0, header.length(), StandardCharsets.US_ASCII))
                    .isEqualTo(header);
            // Per layer A and B of q_proj [32, 32] and of v_proj [16, 32].
            assertThat(bytes).hasSize(header.length() + 2 * 4 * 2 * (32 + 32 + 32 + 16));
            ByteBuffer elements =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(header.length());
            assertThat(elements.getFloat()).isEqualTo(adapter.tensors().get(0).floatArray()[0]);
            assertThat(adapter.tensorDigests())
                    .containsKeys(
                            "model.layers.0.self_attn.q_proj.lora_A.weight",
                            "model.layers.1.self_attn.v_proj.lora_B.weight")
                    .hasSize(8);
        }
    }

    @Test
    void refusesBytesThatAreNoAdapterOfTheDecoder() {
        try (Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(2, 16, List.of("q_proj")), 9)) {
            byte[] bytes = adapter.toBytes();

            assertThatThrownBy(() -> Adapter.fromBytes(CONFIG, Arrays.copyOf(bytes, bytes.length - 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("takes 1024 bytes, found 1020");
            assertThatThrownBy(() -> Adapter.fromBytes(CONFIG, new byte[7]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Adapter.fromBytes(CONFIG, TinyModel.bytes(CONFIG, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected bytes that begin with \"coffey-adapter 1\"");
            assertThatThrownBy(() -> Adapter.fromBytes(TinyModel.WIDER, bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesSettingsThatTheDecoderCannotHave() {
        assertThatThrownBy(() -> initial(4, 8, "query"))
                .hasMessage("targets of an adapter: expected some of down_proj, gate_proj, k_proj, o_proj, q_proj,"
                        + " up_proj, v_proj, found query");
        assertThatThrownBy(() -> initial(17, 8, "v_proj"))
                .hasMessage("rank of an adapter: expected at most 16, the shorter side of"
                        + " model.layers.0.self_attn.v_proj, found 17");
        assertThatThrownBy(() -> initial(0, 8, "v_proj")).hasMessage("rank of an adapter: expected 1 or more, found 0");
        assertThatThrownBy(() -> initial(1, 0, "v_proj"))
                .hasMessage("alpha of an adapter: expected a number above 0, found 0.0");
        assertThatThrownBy(() -> new AdapterSettings(1, 1, List.of()))
                .hasMessage("targets of an adapter: expected 1 or more, found none");
    }

    @Test
    void refusesABaseThatItIsNotFor() {
        try (Weights base = TinyModel.weights(CONFIG, 1);
                Weights otherWeights = TinyModel.weights(CONFIG, 2);
                Weights otherDecoder = TinyModel.weights(TinyModel.UNTIED, 1);
                Adapter adapter = Adapter.initial(CONFIG, new AdapterSettings(4, 8, ALL), base.digest(), 5)) {
            adapter.requireBase(base);

            assertThatThrownBy(() -> adapter.requireBase(otherWeights))
                    .isInstanceOf(AdapterException.class)
                    .hasMessage("the adapter is for base weights with digest %s, found %s"
                            .formatted(base.digest(), otherWeights.digest()));
            assertThatThrownBy(() -> adapter.mergeInto(otherDecoder)).isInstanceOf(AdapterException.class);
        }
    }

    @Test
    void keepsNoNativeMemory() {
        try (Weights base = TinyModel.weights(CONFIG, 1);
                Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(4, 8, ALL), 7)) {
            int before = Torch.liveTensors();

            for (int i = 0; i < 50; i++) {
                adapter.mergeInto(base).close();
                Adapter.fromBytes(CONFIG, adapter.toBytes()).close();
            }

            assertThat(Torch.liveTensors()).isEqualTo(before);
        }
    }

    private static Adapter initial(int rank, double alpha, String target) {
        return Adapter.initial(CONFIG, new AdapterSettings(rank, alpha, List.of(target)), "", 1);
    }

    /** Adds scale B A, in double precision, to the rows of a matrix that begin at an offset. */
    private static void add(float[] matrix, int offset, double scale, Tensor a, Tensor b) {
        int rank = (int) a.shape()[0];
        int columns = (int) a.shape()[1];
        float[] as = a.floatArray();
        float[] bs = b.floatArray();
        for (int row = 0; row < b.shape()[0]; row++) {
            for (int column = 0; column < columns; column++) {
                double product = 0;
                for (int r = 0; r < rank; r++) {
                    product += (double) bs[row * rank + r] * as[r * columns + column];
                }
                matrix[offset + row * columns + column] += (float) (scale * product);
            }
        }
    }

    private static float[] logits(Weights weights) {
        Decoder decoder = new Decoder(CONFIG);
        try (TensorScope scope = TensorScope.open()) {
            return decoder.logits(scope, weights.tensors(), ids(scope, decoder), rows(scope))
                    .floatArray();
        }
    }

    private static Tensor ids(TensorScope scope, Decoder decoder) {
        return decoder.ids(scope, List.of(TinyModel.tokens(7, 9), TinyModel.tokens(8, 16)), 2, 16);
    }

    private static Tensor rows(TensorScope scope) {
        return scope.ints(new int[] {3, 4, 5, 6, 16 + 2, 16 + 15}, 6);
    }

    private static List<double[]> gradients(
            Decoder decoder, Adapter adapter, Weights weights, List<double[]> base, List<double[]> pairs) {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> leaves = leaves(scope, adapter.tensors(), pairs);
            Gradients.backward(loss(scope, decoder, adapter, plain(scope, weights.tensors(), base), leaves));
            return leaves.stream()
                    .map(leaf -> Gradients.of(scope, leaf).doubleArray())
                    .toList();
        }
    }

    private static double loss(
            Decoder decoder, Adapter adapter, Weights weights, List<double[]> base, List<double[]> pairs) {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> leaves = leaves(scope, adapter.tensors(), pairs);
            return loss(scope, decoder, adapter, plain(scope, weights.tensors(), base), leaves)
                    .item();
        }
    }

    private static Tensor loss(
            TensorScope scope, Decoder decoder, Adapter adapter, List<Tensor> base, List<Tensor> leaves) {
        List<Tensor> adapted = adapter.adaptedWithGradient(scope, base, leaves);
        Tensor states = decoder.statesWithGradient(scope, adapted, ids(scope, decoder), rows(scope));
        Tensor logits = decoder.logitsWithGradient(scope, adapted, states, 0, Math.toIntExact(states.shape()[0]));
        return LOSS.callWithGradient(scope, "loss", logits, scope.ints(new int[] {1, 2, 3, 4, 5, 6}, 6, 1))
                .get(0);
    }

    private static List<double[]> doubles(List<Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> {
                    float[] values = tensor.floatArray();
                    return IntStream.range(0, values.length)
                            .mapToDouble(i -> values[i])
                            .toArray();
                })
                .toList();
    }

    private static List<Tensor> plain(TensorScope scope, List<Tensor> like, List<double[]> values) {
        return IntStream.range(0, like.size())
                .mapToObj(i -> scope.doubles(values.get(i), like.get(i).shape()))
                .toList();
    }

    private static List<Tensor> leaves(TensorScope scope, List<Tensor> like, List<double[]> values) {
        return plain(scope, like, values).stream().map(scope::leaf).toList();
    }

    private static List<double[]> moved(List<double[]> values, int index, double[] direction, double step) {
        List<double[]> moved = new ArrayList<>(values);
        double[] one = values.get(index).clone();
        for (int i = 0; i < one.length; i++) {
            one[i] += step * direction[i];
        }
        moved.set(index, one);
        return moved;
    }
}
