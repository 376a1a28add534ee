// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.TinyModel;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainableModelTest {

    private static final Decoder DECODER = new Decoder(TinyModel.TIED);

    private static final Script LOSS = Script.compile("loss.py", """
            def loss(self, logits: Tensor, targets: Tensor, denominator: Tensor) -> Tensor:
              lp = torch.gather(torch.log_softmax(logits, -1), 1, targets.unsqueeze(1))
              return torch.neg(torch.sum(lp)) / float(denominator)
            """, Map.of());

    private static final List<TrainingSequence> BATCH =
            List.of(sequence(1, 5, 9), sequence(2, 12, 20), sequence(3, 1, 3), sequence(4, 30, 8));

    @Test
    void learnsTheCompletions() {
        try (TrainableModel model = model()) {
            double first = loss(model);
            for (int i = 0; i < 60; i++) {
                model.accumulate(BATCH, loss(BATCH, 40));
                model.step(3e-3);
            }

            assertThat(first).isGreaterThan(3);
            assertThat(loss(model)).isLessThan(0.5);
        }
    }

    @Test
    void takesTheSameStepFromMicroBatchesAsFromTheWholeBatch() {
        try (TrainableModel whole = model();
                TrainableModel parts = model()) {
            whole.accumulate(BATCH, loss(BATCH, 40));
            double norm = whole.step(1e-2);
            for (TrainingSequence sequence : BATCH) {
                parts.accumulate(List.of(sequence), loss(List.of(sequence), 40));
            }

            double sameNorm = parts.step(1e-2);

            // The moments after one step are the gradient and its square, scaled.
            float[] expected = floats(whole.optimizerState());
            float[] found = floats(parts.optimizerState());
            assertThat(sameNorm).isCloseTo(norm, within(1e-5));
            assertThat(found).containsExactly(expected, within(1e-6f));
            assertThat(norm).isGreaterThan(0.1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9, 39})
    void takesTheSameStepFromPartsOfTheLossAsFromAllOfIt(int lossChunkTokens) {
        try (TrainableModel whole = model(new StepMemory(40, false));
                TrainableModel parts = model(new StepMemory(lossChunkTokens, false))) {
            double loss = loss(whole);
            whole.accumulate(BATCH, loss(BATCH, 40));
            double norm = whole.step(1e-2);
            double sameLoss = loss(parts);
            parts.accumulate(BATCH, loss(BATCH, 40));

            double sameNorm = parts.step(1e-2);

            assertThat(sameLoss).isCloseTo(loss, within(1e-6));
            assertThat(sameNorm).isCloseTo(norm, within(1e-6));
            assertThat(floats(parts.optimizerState())).containsExactly(floats(whole.optimizerState()), within(1e-6f));
        }
    }

    @Test
    void givesALossThatIsNotSeparableAllTokensAtOnce() {
        List<Integer> rows = new ArrayList<>();
        TokenLoss loss = loss(BATCH, 40);
        TokenLoss whole = new TokenLoss() {
            @Override
            public Tensor loss(TensorScope scope, Tensor logits, int first) {
                rows.add((int) logits.shape()[0]);
                return loss.loss(scope, logits, first);
            }

            @Override
            public boolean separable() {
                return false;
            }
        };
        try (TrainableModel model = model(new StepMemory(3, false))) {
            model.accumulate(BATCH, whole);
        }

        assertThat(rows).containsExactly(40);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheSameStepToTheBitWhenItComputesActivationsAgain(boolean tied) {
        DecoderConfig config = tied ? TinyModel.TIED : TinyModel.UNTIED;
        Decoder decoder = new Decoder(config);
        byte[] weights = TinyModel.bytes(config, 1);
        try (TrainableModel keeping =
                        new TrainableModel(decoder, weights, AdamWSettings.defaults(), new StepMemory(16, false));
                TrainableModel recomputing =
                        new TrainableModel(decoder, weights, AdamWSettings.defaults(), new StepMemory(16, true))) {
            double norm = steps(keeping, 3);

            double sameNorm = steps(recomputing, 3);

            assertThat(sameNorm).isEqualTo(norm);
            assertThat(recomputing.optimizerState()).isEqualTo(keeping.optimizerState());
            assertThat(recomputing.digest()).isEqualTo(keeping.digest());
        }
    }

    @Test
    void repeatsItselfByteForByteAlsoFromARestoredState() {
        try (TrainableModel one = model();
                TrainableModel two = model()) {
            steps(one, 3);
            byte[] weights = one.weights();
            byte[] state = one.optimizerState();
            steps(one, 3);
            steps(two, 6);
            String expected = one.digest();
            assertThat(two.digest()).isEqualTo(expected);

            two.restore(weights, state);

            assertThat(two.weights()).isEqualTo(weights);
            assertThat(two.optimizerState()).isEqualTo(state);
            steps(two, 3);
            assertThat(two.digest()).isEqualTo(expected);
        }
    }

    @Test
    void repeatsItselfWhenGarbageIsCollectedBeforeBackward() {
        try (TrainableModel calm = model();
                TrainableModel busy = model()) {
            TokenLoss loss = loss(BATCH, 40);
            for (int i = 0; i < 5; i++) {
                calm.accumulate(BATCH, loss);
                busy.accumulate(BATCH, (scope, logits, first) -> {
                    Tensor value = loss.loss(scope, logits, first);
                    System.gc();
                    return value;
                });
                calm.step(1e-3);
                busy.step(1e-3);
            }

            assertThat(busy.digest()).isEqualTo(calm.digest());
        }
    }

    @Test
    void leavesEverythingAsItIsWhenTheGradientIsNotFinite() {
        try (TrainableModel model = model()) {
            steps(model, 1);
            String digest = model.digest();
            byte[] state = model.optimizerState();
            model.accumulate(BATCH, loss(BATCH, 0));

            double norm = model.step(1e-3);

            assertThat(norm).isNaN();
            assertThat(model.digest()).isEqualTo(digest);
            assertThat(model.optimizerState()).isEqualTo(state);
            assertThat(steps(model, 1)).isFinite();
            assertThat(model.digest()).isNotEqualTo(digest);
        }
    }

    @Test
    void forgetsDiscardedGradients() {
        try (TrainableModel plain = model();
                TrainableModel interrupted = model()) {
            steps(plain, 1);
            interrupted.accumulate(List.of(sequence(9, 4, 4)), loss(List.of(sequence(9, 4, 4)), 4));
            interrupted.discardGradients();
            assertThatThrownBy(() -> interrupted.step(1e-3)).isInstanceOf(IllegalStateException.class);

            steps(interrupted, 1);

            assertThat(interrupted.digest()).isEqualTo(plain.digest());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsNoNativeMemoryFromStepToStep(boolean recompute) {
        try (TrainableModel model = model(new StepMemory(16, recompute))) {
            steps(model, 2);
            int before = Torch.liveTensors();

            steps(model, 200);

            assertThat(Torch.liveTensors()).isEqualTo(before);
        }
    }

    private static TrainingSequence sequence(long seed, int prompt, int completion) {
        return new TrainingSequence(TinyModel.tokens(seed, prompt), TinyModel.tokens(-seed, completion));
    }

    private static TrainableModel model() {
        return new TrainableModel(DECODER, TinyModel.bytes(TinyModel.TIED, 1), AdamWSettings.defaults());
    }

    private static TrainableModel model(StepMemory memory) {
        return new TrainableModel(DECODER, TinyModel.bytes(TinyModel.TIED, 1), AdamWSettings.defaults(), memory);
    }

    private static double steps(TrainableModel model, int count) {
        double norm = 0;
        for (int i = 0; i < count; i++) {
            model.accumulate(BATCH.subList(0, 2), loss(BATCH.subList(0, 2), 40));
            model.accumulate(BATCH.subList(2, 4), loss(BATCH.subList(2, 4), 40));
            norm = model.step(1e-3);
        }
        return norm;
    }

    /** Mean negative log-likelihood of the completions. */
    private static TokenLoss loss(List<TrainingSequence> batch, double denominator) {
        int[] targets = batch.stream()
                .flatMapToInt(sequence -> IntStream.of(sequence.completion()))
                .toArray();
        return (scope, logits, first) -> {
            int[] some = Arrays.copyOfRange(targets, first, first + (int) logits.shape()[0]);
            return LOSS.callWithGradient(
                            scope, "loss", logits, scope.ints(some, some.length), scope.scalar(denominator))
                    .get(0);
        };
    }

    private static double loss(TrainableModel model) {
        double[] value = new double[1];
        model.accumulate(BATCH, (scope, logits, first) -> {
            Tensor loss = loss(BATCH, 40).loss(scope, logits, first);
            value[0] += loss.item();
            return loss;
        });
        model.discardGradients();
        return value[0];
    }

    private static float[] floats(byte[] state) {
        float[] values = new float[(state.length - Long.BYTES) / Float.BYTES];
        ByteBuffer.wrap(state)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(Long.BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
