// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterException;
import io.coffey.adapter.AdapterSettings;
import io.coffey.model.Decoder;
import io.coffey.model.TinyModel;
import io.coffey.model.Weights;
import io.coffey.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterTrainingTest {

    private static final Decoder DECODER = new Decoder(TinyModel.TIED);
    private static final AdapterSettings SETTINGS = new AdapterSettings(8, 16, Adapter.targets(TinyModel.TIED));
    private static final List<TrainingSequence> BATCH =
            List.of(sequence(1, 5, 9), sequence(2, 12, 20), sequence(3, 1, 3), sequence(4, 30, 8));

    private Weights base = TinyModel.weights(TinyModel.TIED, 1);

    @BeforeEach
    void freshBase() {
        base = TinyModel.weights(TinyModel.TIED, 1);
    }

    @AfterEach
    void closeBase() {
        base.close();
    }

    @Test
    void learnsWithoutTouchingTheBase() {
        String before = base.digest();
        List<SupervisedFineTuning.Step> steps = new ArrayList<>();
        byte[] start = initial();

        byte[] trained = train(start, new StepMemory(16, false), steps);

        assertThat(steps.get(0).loss()).isGreaterThan(3);
        assertThat(steps.get(steps.size() - 1).loss()).isLessThan(0.5);
        assertThat(base.digest()).isEqualTo(before);
        assertThat(trained).hasSameSizeAs(start).isNotEqualTo(start);
        try (Adapter adapter = Adapter.fromBytes(TinyModel.TIED, trained);
                Weights merged = adapter.mergeInto(base)) {
            double loss = SupervisedFineTuning.meanLoss(DECODER, merged.toBytes(), BATCH, 256);
            assertThat(loss).isCloseTo(steps.get(steps.size() - 1).loss(), within(0.1));
            assertThat(adapter.base()).isEqualTo(before);
        }
    }

    @Test
    void beginsAtTheLossOfTheBase() {
        List<SupervisedFineTuning.Step> steps = new ArrayList<>();

        train(initial(), new StepMemory(16, false), steps);

        double loss = SupervisedFineTuning.meanLoss(DECODER, base.toBytes(), BATCH, 256);
        assertThat(steps.get(0).loss()).isCloseTo(loss, within(1e-6));
    }

    @Test
    void repeatsItselfToTheBitAlsoWhenItComputesActivationsAgain() {
        byte[] keeping = train(initial(), new StepMemory(16, false), new ArrayList<>());
        byte[] again = train(initial(), new StepMemory(16, false), new ArrayList<>());
        byte[] recomputing = train(initial(), new StepMemory(16, true), new ArrayList<>());

        assertThat(again).isEqualTo(keeping);
        assertThat(recomputing).isEqualTo(keeping);
    }

    @Test
    void goesOnFromARestoredState() {
        try (TrainableModel one = model(initial());
                TrainableModel two = model(initial())) {
            steps(one, 2);
            byte[] adapter = one.weights();
            byte[] state = one.optimizerState();
            steps(one, 2);

            two.restore(adapter, state);
            steps(two, 2);

            assertThat(two.digest()).isEqualTo(one.digest());
            assertThat(one.tensorDigests()).hasSize(2 * 7 * 2);
            assertThatThrownBy(() -> two.restore(otherSettings(), state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot go on as one with");
            assertThatThrownBy(() -> two.restore(TinyModel.bytes(TinyModel.TIED, 1), state))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesAnAdapterOfAnotherBase() {
        byte[] adapter = initial();
        try (Weights other = TinyModel.weights(TinyModel.TIED, 2)) {
            assertThatThrownBy(() -> TrainableModel.adapting(
                            DECODER, other, adapter, AdamWSettings.defaults(), StepMemory.defaults()))
                    .isInstanceOf(AdapterException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsNoNativeMemoryFromStepToStep(boolean recompute) {
        try (TrainableModel model = TrainableModel.adapting(
                DECODER, base, initial(), AdamWSettings.defaults(), new StepMemory(16, recompute))) {
            steps(model, 2);
            int before = Torch.liveTensors();

            steps(model, 50);

            assertThat(Torch.liveTensors()).isEqualTo(before);
        }
    }

    private byte[] initial() {
        try (Adapter adapter = Adapter.initial(TinyModel.TIED, SETTINGS, base.digest(), 3)) {
            return adapter.toBytes();
        }
    }

    private byte[] otherSettings() {
        AdapterSettings settings = new AdapterSettings(8, 16, List.of("q_proj"));
        try (Adapter adapter = Adapter.initial(TinyModel.TIED, settings, base.digest(), 3)) {
            return adapter.toBytes();
        }
    }

    private TrainableModel model(byte[] adapter) {
        return TrainableModel.adapting(DECODER, base, adapter, AdamWSettings.defaults(), new StepMemory(16, false));
    }

    private byte[] train(byte[] adapter, StepMemory memory, List<SupervisedFineTuning.Step> steps) {
        SupervisedFineTuning.Settings settings =
                new SupervisedFineTuning.Settings(BATCH.size(), LearningRate.constant(1e-2, 60), 7, 64);
        try (TrainableModel model = TrainableModel.adapting(DECODER, base, adapter, AdamWSettings.defaults(), memory)) {
            return SupervisedFineTuning.train(model, BATCH, settings, steps::add);
        }
    }

    private static void steps(TrainableModel model, int count) {
        for (int i = 0; i < count; i++) {
            SupervisedFineTuning.accumulate(model, BATCH, 40);
            model.step(1e-3);
        }
    }

    private static TrainingSequence sequence(long seed, int prompt, int completion) {
        return new TrainingSequence(TinyModel.tokens(seed, prompt), TinyModel.tokens(-seed, completion));
    }
}
