// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerStateTest {

    private static final Pace PACE = new Pace(Order.ASYNC, 2, 1, 1, 1);
    private static final Batch NOTHING = new Batch(List.of(), List.of());

    @Test
    void opensTheCreditsThatAStepDispatches() {
        LedgerState state = new LedgerState(1);

        state.apply(Ledgers.line(0, NOTHING, Map.of(), PACE));

        assertThat(state.openCredits()).isEqualTo(4);
        assertThat(state.isOpen("3.0")).isTrue();
        assertThat(state.isOpen("4.0")).isFalse();
    }

    @Test
    void conservesCreditsOverTrainedFailedAndExpired() {
        LedgerState state = new LedgerState(1);
        state.apply(Ledgers.line(0, NOTHING, Map.of(), PACE));
        Batch batch = new Batch(
                List.of(Arrivals.of(1, 0, 5)), List.of(new Batch.Drop(Arrivals.failed(2, 6), DropReason.FAILED)));

        state.apply(Ledgers.line(1, batch, Map.of(0, 7L), PACE));

        assertThat(state.openCredits()).isEqualTo(4);
        assertThat(state.isOpen("1.0")).isFalse();
        assertThat(state.isOpen("2.0")).isFalse();
        assertThat(state.isOpen("5.0")).isTrue();
    }

    @Test
    void remembersWhatWasTakenAheadOfTheNextOffset() {
        LedgerState state = new LedgerState(1);
        state.apply(Ledgers.line(0, NOTHING, Map.of(), PACE));
        Batch batch = new Batch(List.of(Arrivals.of(0, 0, 3), Arrivals.of(1, 0, 9)), List.of());

        state.apply(Ledgers.line(1, batch, Map.of(0, 5L), PACE));

        assertThat(state.takenAhead()).containsExactly(new Coordinate(0, 9));
        assertThat(state.nextOffsets()).containsExactly(Map.entry(0, 5L));
    }

    @Test
    void refusesALedgerThatTrainsATrajectoryTwice() {
        LedgerState state = new LedgerState(1);
        state.apply(Ledgers.line(0, NOTHING, Map.of(), PACE));
        state.apply(Ledgers.line(1, new Batch(List.of(Arrivals.of(0, 0, 3)), List.of()), Map.of(), PACE));

        assertThatThrownBy(() -> state.apply(
                        Ledgers.line(2, new Batch(List.of(Arrivals.of(0, 0, 8)), List.of()), Map.of(), PACE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step 2 takes trajectory 0.0, which holds no open credit: it was taken before");
    }

    @Test
    void refusesALedgerWithAGap() {
        LedgerState state = new LedgerState(1);
        state.apply(Ledgers.line(0, NOTHING, Map.of(), PACE));

        assertThatThrownBy(() -> state.apply(Ledgers.line(2, NOTHING, Map.of(), PACE)))
                .hasMessage("the ledger continues with step 2 where step 1 was expected");
    }

    @Test
    void ofAReaderOwesEveryTrajectoryOnceAndDispatchesNone() {
        LedgerState state = LedgerState.ofReader();
        state.apply(Ledgers.line(0, Map.of()));
        assertThat(state.isOpen("7.0")).isTrue();
        assertThat(state.openCredits()).isZero();

        state.apply(Ledgers.line(1, new Batch(List.of(Arrivals.of(7, 0, 3)), List.of()), Map.of(), PACE));

        assertThat(state.isOpen("7.0")).isFalse();
        assertThatThrownBy(() -> state.apply(
                        Ledgers.line(2, new Batch(List.of(Arrivals.of(7, 0, 8)), List.of()), Map.of(), PACE)))
                .hasMessageContaining("step 2 takes trajectory 7.0");
    }
}
