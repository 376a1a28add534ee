// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class SupervisedFineTuningTest {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(9, 16, 24, 1, 2, 2, 8, 32, 1e-5, 10_000, false, List.of(1));
    private static final Decoder DECODER = new Decoder(CONFIG);

    /** The completion repeats the first token of the prompt, then stops. */
    private static final List<TrainingSequence> REPEAT = List.of(repeat(2), repeat(3), repeat(4), repeat(5), repeat(6));

    private final byte[] initial = WeightsInitialization.canonical(CONFIG, 3);

    @Test
    void learnsItsExamples() {
        List<SupervisedFineTuning.Step> steps = new ArrayList<>();

        byte[] trained = train(initial, REPEAT, settings(150, 5, 4096), steps::add);

        assertThat(steps).hasSize(150);
        // Knows nothing yet: ln 9 for equal logits, about a half more for logits of variance one.
        assertThat(steps.get(0).loss()).isCloseTo(Math.log(9) + 0.5, within(0.6));
        assertThat(steps.get(0).tokens()).isEqualTo(10);
        assertThat(steps.get(149).number()).isEqualTo(150);
        assertThat(SupervisedFineTuning.meanLoss(DECODER, trained, REPEAT, 256)).isLessThan(0.1);
    }

    @Test
    void reportsTheLossThatTheScorerFinds() {
        List<SupervisedFineTuning.Step> steps = new ArrayList<>();

        train(initial, REPEAT, settings(1, 5, 4096), steps::add);

        assertThat(steps.get(0).loss())
                .isCloseTo(SupervisedFineTuning.meanLoss(DECODER, initial, REPEAT, 256), within(1e-6));
    }

    @Test
    void givesEqualBytesForEqualSettings() {
        byte[] once = train(initial, REPEAT, settings(5, 3, 4096), step -> {});
        byte[] again = train(initial, REPEAT, settings(5, 3, 4096), step -> {});
        byte[] otherOrder = train(
                initial,
                REPEAT,
                new SupervisedFineTuning.Settings(3, LearningRate.constant(0.01, 5), 8, 4096),
                step -> {});

        assertThat(Weights.digest(again)).isEqualTo(Weights.digest(once));
        assertThat(Weights.digest(otherOrder)).isNotEqualTo(Weights.digest(once));
    }

    @Test
    void doesNotDependOnTheSizeOfMicroBatchesButForRounding() {
        List<TrainingSequence> uneven = List.of(
                new TrainingSequence(new int[] {2}, new int[] {1}),
                new TrainingSequence(new int[] {3, 4}, new int[] {5, 6, 7, 8, 2, 3, 4, 1}));
        List<SupervisedFineTuning.Step> whole = new ArrayList<>();
        List<SupervisedFineTuning.Step> parts = new ArrayList<>();

        train(initial, uneven, settings(1, 2, 4096), whole::add);
        train(initial, uneven, settings(1, 2, 1), parts::add);

        assertThat(parts.get(0).loss()).isCloseTo(whole.get(0).loss(), within(1e-6));
        assertThat(parts.get(0).gradientNorm()).isCloseTo(whole.get(0).gradientNorm(), within(1e-5));
    }

    @Test
    void goesThroughAllExamplesBeforeItRepeatsOne() {
        BatchOrder order = new BatchOrder(REPEAT, 1);
        List<TrainingSequence> first = new ArrayList<>(order.next(3));
        first.addAll(order.next(2));

        assertThat(first).containsExactlyInAnyOrderElementsOf(REPEAT);
        assertThat(order.next(5)).containsExactlyInAnyOrderElementsOf(REPEAT);
    }

    @Test
    void stopsWhenTheNumbersAreNoLongerFinite() {
        byte[] broken = initial.clone();
        broken[3] = 0x7f; // the first weight becomes infinite, or not a number
        broken[2] = (byte) 0xff;

        assertThatThrownBy(() -> train(broken, REPEAT, settings(5, 5, 4096), step -> {}))
                .isInstanceOf(DivergedException.class)
                .hasMessageStartingWith("step 1: expected a finite gradient");
    }

    @Test
    void refusesToTrainOnNothing() {
        assertThatThrownBy(() -> train(initial, List.of(), settings(1, 1, 4096), step -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] train(
            byte[] weights,
            List<TrainingSequence> examples,
            SupervisedFineTuning.Settings settings,
            Consumer<SupervisedFineTuning.Step> progress) {
        try (TrainableModel model = new TrainableModel(DECODER, weights, AdamWSettings.defaults())) {
            return SupervisedFineTuning.train(model, examples, settings, progress);
        }
    }

    private static TrainingSequence repeat(int token) {
        return new TrainingSequence(new int[] {token, 7}, new int[] {token, 1});
    }

    private static SupervisedFineTuning.Settings settings(long steps, int batch, int microBatchTokens) {
        return new SupervisedFineTuning.Settings(batch, LearningRate.constant(0.03, steps), 7, microBatchTokens);
    }
}
