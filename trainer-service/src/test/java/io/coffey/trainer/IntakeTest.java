// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.service.UserException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final Pace PACE = new Pace(Order.ASYNC, 2, 1, 1, 1);

    @Test
    void holdsTheNextOffsetBackToTheFirstRecordNotTaken() {
        Intake intake = new Intake(Map.of(0, 3L), List.of());
        intake.add(Arrivals.of(0, 0, 3));
        intake.add(Arrivals.of(1, 0, 4));
        intake.add(Arrivals.of(2, 0, 6));
        intake.advance(0, 8);

        intake.take(new Batch(List.of(Arrivals.of(0, 0, 3), Arrivals.of(2, 0, 6)), List.of()));

        assertThat(intake.nextOffsets()).containsExactly(Map.entry(0, 4L));
    }

    @Test
    void movesTheNextOffsetToThePositionOnceAllIsTaken() {
        Intake intake = new Intake(Map.of(0, 3L, 1, 0L), List.of());
        intake.add(Arrivals.of(0, 0, 3));
        intake.advance(0, 5);

        intake.take(new Batch(List.of(Arrivals.of(0, 0, 3)), List.of()));

        assertThat(intake.nextOffsets()).isEqualTo(Map.of(0, 5L, 1, 0L));
    }

    @Test
    void passesOverWhatEarlierStepsTook() {
        Intake intake = new Intake(Map.of(0, 3L), List.of(new Coordinate(0, 4)));

        assertThat(intake.add(Arrivals.of(0, 0, 3))).isTrue();
        assertThat(intake.add(Arrivals.of(1, 0, 4))).isFalse();
    }

    @Test
    void recallsABatchInTheLedgersOrderOnceAllOfItIsRead() {
        TrainingStep line = Ledgers.line(
                1, new Batch(List.of(Arrivals.of(1, 0, 9), Arrivals.of(0, 0, 3)), List.of()), Map.of(), PACE);
        Intake intake = new Intake(Map.of(0, 0L), List.of());
        intake.add(Arrivals.of(0, 0, 3));
        assertThat(intake.recall(line)).isEmpty();
        intake.add(Arrivals.of(1, 0, 9));

        Batch batch = intake.recall(line).orElseThrow();

        assertThat(batch.trained()).extracting(Arrival::trajectory).containsExactly("1.0", "0.0");
    }

    @Test
    void namesTheRecordThatIsNoLongerWhatWasTrained() {
        Arrival trained = Arrivals.of(0, 0, 3);
        TrainingStep line = Ledgers.line(4, new Batch(List.of(trained), List.of()), Map.of(), PACE);
        Intake intake = new Intake(Map.of(0, 0L), List.of());
        intake.add(new Arrival(trained.coordinate(), 0xbad, trained.trajectory(), trained.scored(), null));

        assertThatThrownBy(() -> intake.recall(line))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "step 4: the scored record at partition 0, offset 3 (trajectory 0.0) is not the one"
                                + " that was trained: checksum 00000bad, the ledger says 00000000;");
    }

    @Test
    void namesTheRecordThatCanNoLongerBeRead() {
        Arrival trained = Arrivals.of(0, 0, 3);
        TrainingStep line = Ledgers.line(4, new Batch(List.of(trained), List.of()), Map.of(), PACE);
        Intake intake = new Intake(Map.of(0, 0L), List.of());
        intake.add(new Arrival(trained.coordinate(), 0, trained.trajectory(), null, DropReason.FAILED));

        assertThatThrownBy(() -> intake.recall(line))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("step 4: the scored record at partition 0, offset 3");
    }

    @Test
    void namesARecordThatReadingHasPassedWithoutFindingIt() {
        TrainingStep line = Ledgers.line(4, new Batch(List.of(Arrivals.of(0, 0, 3)), List.of()), Map.of(), PACE);
        Intake intake = new Intake(Map.of(0, 0L), List.of());
        intake.advance(0, 3);
        assertThat(intake.recall(line)).isEmpty();

        intake.advance(0, 4);

        assertThatThrownBy(() -> intake.recall(line))
                .isInstanceOf(UserException.class)
                .hasMessage("step 4: there is no scored record at partition 0, offset 3 (trajectory 0.0): restore the"
                        + " topic, or the run cannot be repeated");
    }

    @Test
    void aForkTakesTheBatchesOfItsParentRecordByRecord() {
        TrainingStep opening = Ledgers.line(0, Map.of());
        TrainingStep line = Ledgers.line(
                1, new Batch(List.of(Arrivals.of(1, 0, 9), Arrivals.of(0, 0, 3)), List.of()), Map.of(), PACE);
        Intake intake = new Intake(Map.of(0, 0L), List.of());
        ForkedBatches batches = new ForkedBatches(List.of(opening, line), intake);
        intake.add(Arrivals.of(0, 0, 3));
        assertThat(batches.next(1)).isEmpty();
        intake.add(Arrivals.of(2, 0, 5));
        intake.add(Arrivals.of(1, 0, 9));

        Batch batch = batches.next(1).orElseThrow();

        assertThat(batch.trained()).extracting(Arrival::trajectory).containsExactly("1.0", "0.0");
        assertThat(batches.waitingCredits()).isZero();
    }
}
