// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchSelectionTest {

    @Test
    void takesAGenerationInRequestOrderHoweverItArrives() {
        BatchSelection selection = opened(new Pace(Order.LOCKSTEP, 3, 1, 0, 1));
        selection.offer(Arrivals.of(2, 0, 10));
        selection.offer(Arrivals.of(0, 0, 11));
        assertThat(selection.next(1)).isEmpty();
        selection.offer(Arrivals.of(1, 0, 12));

        Batch batch = selection.next(1).orElseThrow();

        assertThat(ids(batch)).containsExactly("0.0", "1.0", "2.0");
    }

    @Test
    void keepsTheNextGenerationForTheNextStep() {
        BatchSelection selection = opened(new Pace(Order.PIPELINED, 2, 1, 1, 1));
        selection.offer(Arrivals.of(2, 0, 10));
        selection.offer(Arrivals.of(3, 0, 11));

        assertThat(selection.next(1)).isEmpty();
        assertThat(ids(selection.next(2).orElseThrow())).containsExactly("2.0", "3.0");
    }

    @Test
    void takesTheFirstArrivedWhenAsynchronous() {
        BatchSelection selection = opened(new Pace(Order.ASYNC, 2, 1, 1, 1));
        selection.offer(Arrivals.of(3, 0, 10));
        selection.offer(Arrivals.of(0, 0, 11));
        selection.offer(Arrivals.of(1, 0, 12));

        assertThat(ids(selection.next(1).orElseThrow())).containsExactly("3.0", "0.0");
    }

    @Test
    void dropsWhatIsTooStaleAndStillTakesItsCredit() {
        BatchSelection selection = opened(new Pace(Order.ASYNC, 2, 1, 1, 1));
        selection.offer(Arrivals.of(0, 0, 10));
        selection.offer(Arrivals.of(1, 1, 11));

        Batch batch = selection.next(3).orElseThrow();

        assertThat(ids(batch)).containsExactly("1.0");
        assertThat(batch.dropped()).extracting(Batch.Drop::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    void neverDropsWhatTheTeacherWroteAsTooStale() {
        BatchSelection selection = opened(new Pace(Order.ASYNC, 2, 1, 1, 1));
        selection.offer(Arrivals.written(0, 0, 10));
        selection.offer(Arrivals.of(1, 0, 11));

        Batch batch = selection.next(3).orElseThrow();

        assertThat(ids(batch)).containsExactly("0.0");
        assertThat(batch.dropped()).extracting(Batch.Drop::reason).containsExactly(DropReason.EXPIRED);
    }

    @Test
    void ofAReaderTakesWhatArrivesHoweverOldAndEachOnce() {
        Pace pace = new Pace(Order.LOCKSTEP, 2, 1, 0, 1);
        LedgerState ledger = LedgerState.ofReader();
        ledger.apply(Ledgers.line(0, Map.of()));
        BatchSelection selection = new BatchSelection(pace, ledger, true);
        selection.offer(Arrivals.of(9, 0, 10));
        selection.offer(Arrivals.of(9, 0, 11));
        assertThat(selection.next(1)).isEmpty();
        selection.offer(Arrivals.of(4, 0, 12));

        Batch batch = selection.next(30).orElseThrow();

        assertThat(ids(batch)).containsExactly("9.0", "4.0");
        assertThat(batch.dropped()).extracting(Batch.Drop::reason).containsExactly(DropReason.DUPLICATE);
    }

    @Test
    void takesASnapshotHoweverOldItIs() {
        BatchSelection selection = opened(new Pace(Order.SNAPSHOT, 2, 1, 3, 1));
        selection.offer(Arrivals.of(4, 0, 10));
        selection.offer(Arrivals.of(5, 0, 11));

        Batch batch = selection.next(3).orElseThrow();

        assertThat(ids(batch)).containsExactly("4.0", "5.0");
        assertThat(batch.dropped()).isEmpty();
    }

    @Test
    void completesABatchWithWhatFailed() {
        BatchSelection selection = opened(new Pace(Order.LOCKSTEP, 2, 1, 0, 1));
        selection.offer(Arrivals.of(0, 0, 10));
        selection.offer(Arrivals.failed(1, 11));

        Batch batch = selection.next(1).orElseThrow();

        assertThat(ids(batch)).containsExactly("0.0");
        assertThat(batch.droppedRecords().get(0).reason()).isEqualTo(DropReason.FAILED);
    }

    @Test
    void neverTrainsASampleTwice() {
        BatchSelection selection = opened(new Pace(Order.LOCKSTEP, 2, 1, 0, 1));
        selection.offer(Arrivals.of(0, 0, 10));
        selection.offer(Arrivals.of(0, 0, 11));
        selection.offer(Arrivals.of(9, 0, 12));
        assertThat(selection.next(1)).isEmpty();
        selection.offer(Arrivals.of(1, 0, 13));

        Batch batch = selection.next(1).orElseThrow();

        assertThat(ids(batch)).containsExactly("0.0", "1.0");
        assertThat(batch.dropped())
                .extracting(drop -> drop.arrival().coordinate().offset(), Batch.Drop::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(11L, DropReason.DUPLICATE),
                        org.assertj.core.groups.Tuple.tuple(12L, DropReason.DUPLICATE));
    }

    @Test
    void setsRecordsOfAnotherRunAside() {
        BatchSelection selection = opened(new Pace(Order.LOCKSTEP, 1, 1, 0, 1));
        selection.offer(Arrivals.foreign(0, 10));
        assertThat(selection.next(1)).isEmpty();
        selection.offer(Arrivals.of(0, 0, 11));

        Batch batch = selection.next(1).orElseThrow();

        assertThat(batch.droppedRecords().get(0).reason()).isEqualTo(DropReason.FOREIGN);
        assertThat(ids(batch)).containsExactly("0.0");
    }

    /** A selection over a ledger that holds step 0 alone. */
    private static BatchSelection opened(Pace pace) {
        LedgerState ledger = new LedgerState(pace.samplesPerPrompt());
        ledger.apply(Ledgers.line(0, new Batch(List.of(), List.of()), Map.of(), pace));
        return new BatchSelection(pace, ledger);
    }

    private static List<String> ids(Batch batch) {
        return batch.trained().stream().map(Arrival::trajectory).toList();
    }
}
