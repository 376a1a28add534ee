// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Negative controls: each guarantee fails on a ledger that breaks it. */
class GuaranteesTest {

    private static final TrainingStep OPENING = step(0);

    @Test
    void aTrajectoryTrainedTwiceIsCaught() {
        List<TrainingStep> ledger = List.of(
                OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)), step(2, new TrainedRecord(0, 9, "0.0", 0)));

        assertThatThrownBy(() -> NothingTrainedTwice.check(ledger)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aRecordTrainedTwiceIsCaught() {
        List<TrainingStep> ledger = List.of(
                OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)), step(2, new TrainedRecord(0, 3, "1.0", 0)));

        assertThatThrownBy(() -> NothingTrainedTwice.check(ledger)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aLostTrajectoryIsCaught() {
        List<TrainingStep> ledger = List.of(OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)));

        assertThatThrownBy(() -> NothingLost.check(ledger, 1, 2)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aMissingStepIsCaught() {
        List<TrainingStep> ledger = List.of(OPENING, step(2, new TrainedRecord(0, 3, "0.0", 0)));

        assertThatThrownBy(() -> NothingLost.check(ledger, 2, 0)).isInstanceOf(AssertionError.class);
    }

    private static TrainingStep step(long number, TrainedRecord... trained) {
        return new TrainingStep(
                "run",
                number,
                0,
                number,
                List.of(trained),
                List.of(),
                Map.of(),
                0,
                "divergence",
                "hash",
                7,
                Map.of(),
                "",
                "",
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
