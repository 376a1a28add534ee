// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Half precision beside full: bf16 has 8 significant bits, so a step of 2^-8 at 1. */
final class PrecisionTest {

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor) -> Tensor:
              return torch.neg(torch.mean(torch.log_softmax(logits, -1)[:, 3]))
            def gradient(self, leaf: Tensor) -> Tensor:
              return torch.clone(leaf.grad)
            """, Map.of());

    @TempDir
    private Path directory;

    static Stream<Arguments> families() {
        return FamiliesTest.families();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void predictsNearlyWhatFullPrecisionPredicts(String name, JsonObject config) throws IOException {
        ModelDirectory model = RandomCheckpoint.of(config, 1, true).write(directory);
        int[] tokens = FamilyConfigs.tokens(5, FamilyConfigs.LENGTH);
        try (Weights full = model.loadWeights();
                Weights half = model.loadWeights(Precision.BF16)) {
            double[] exact = logProbs(new Decoder(model.config()), full, tokens);

            double[] rounded = logProbs(new Decoder(model.config(), Precision.BF16), half, tokens);

            assertThat(rounded).containsExactly(exact, within(0.25));
            assertThat(meanDistance(rounded, exact)).isBetween(1e-5, 0.03);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void decodesNearlyWhatTheWholeSequencePredicts(String name, JsonObject config) throws IOException {
        ModelDirectory model = RandomCheckpoint.of(config, 1, true).write(directory);
        Decoder decoder = new Decoder(model.config(), Precision.BF16);
        int[] tokens = FamilyConfigs.tokens(5, FamilyConfigs.LENGTH);
        try (Weights half = model.loadWeights(Precision.BF16)) {
            double[][] whole = FamiliesTest.logits(decoder, half, tokens);

            double[][] decoded = DecodedLogits.of(decoder, half, tokens, 17);

            for (int position = 17; position < tokens.length; position++) {
                assertThat(decoded[position]).containsExactly(whole[position], within(0.25));
            }
        }
    }

    @Test
    void keepsMatricesInHalfTheMemoryAndTheirNumbersRounded() {
        DecoderConfig config = TinyModel.TIED;
        ByteBuffer bytes = ByteBuffer.wrap(TinyModel.bytes(config, 1)).order(ByteOrder.LITTLE_ENDIAN);
        try (Weights half = new Decoder(config, Precision.BF16).weights(bytes.duplicate())) {
            ByteBuffer kept = ByteBuffer.wrap(half.toBytes()).order(ByteOrder.LITTLE_ENDIAN);

            assertThat(half.precision()).isEqualTo(Precision.BF16);
            assertThat(kept.getFloat(0)).isCloseTo(bytes.getFloat(0), within(0x1p-8f * Math.abs(bytes.getFloat(0))));
            assertThat(kept.getInt(0) & 0xffff).isZero();
            int gain = 61 * 32 * Float.BYTES; // the first norm follows the embedding
            assertThat(kept.getFloat(gain)).isEqualTo(bytes.getFloat(gain));
            assertThat(half.digest()).isEqualTo(Weights.digest(half.toBytes()));
        }
    }

    @Test
    void learnsFromWeightsInFullPrecision() {
        int[] tokens = TinyModel.tokens(7, 16);
        double[] exact = gradient(new Decoder(TinyModel.TIED), tokens);

        double[] rounded = gradient(new Decoder(TinyModel.TIED, Precision.BF16), tokens);

        double similarity = dot(exact, rounded) / Math.sqrt(dot(exact, exact) * dot(rounded, rounded));
        assertThat(similarity).isBetween(0.995, 0.9999999);
    }

    private static double[] gradient(Decoder decoder, int[] tokens) {
        try (Weights weights = TinyModel.weights(decoder.config(), 1);
                TensorScope scope = TensorScope.open()) {
            List<Tensor> leaves = weights.tensors().stream().map(scope::leaf).toList();
            Tensor ids = decoder.ids(scope, List.of(tokens), 1, tokens.length);
            Tensor rows = scope.ints(IntStream.range(0, 16).toArray(), 16);
            Tensor states = decoder.statesWithGradient(scope, leaves, ids, rows);
            Tensor logits = decoder.logitsWithGradient(scope, leaves, states, 0, 16);
            Gradients.backward(LOSS.callWithGradient(scope, "loss", logits).get(0));
            return leaves.stream()
                    .flatMapToDouble(leaf -> {
                        float[] values =
                                LOSS.call(scope, "gradient", leaf).get(0).floatArray();
                        return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
                    })
                    .toArray();
        }
    }

    private static double[] logProbs(Decoder decoder, Weights weights, int[] tokens) {
        return Stream.of(FamiliesTest.logits(decoder, weights, tokens))
                .flatMapToDouble(PrecisionTest::logSoftmax)
                .toArray();
    }

    private static DoubleStream logSoftmax(double[] logits) {
        double total = Arrays.stream(logits).map(Math::exp).sum();
        return Arrays.stream(logits).map(logit -> logit - Math.log(total));
    }

    private static double meanDistance(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }
}
