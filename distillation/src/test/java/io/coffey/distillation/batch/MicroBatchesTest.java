// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {

    @Test
    void cutsInOrderByPaddedTokens() {
        // lengths with prompts: 4, 6, 3, 20, 5
        List<ScoredTrajectory> batch = List.of(
                Sample.ofLength(1, 3).scored(0),
                Sample.ofLength(2, 4).scored(1),
                Sample.ofLength(1, 2).scored(2),
                Sample.ofLength(10, 10).scored(3),
                Sample.ofLength(1, 4).scored(4));

        List<List<ScoredTrajectory>> parts = MicroBatches.split(batch, 12);

        // 2 x 6 fits, 3 x 6 does not; 20 alone is over the budget
        assertThat(parts)
                .containsExactly(
                        List.of(batch.get(0), batch.get(1)),
                        List.of(batch.get(2)),
                        List.of(batch.get(3)),
                        List.of(batch.get(4)));
    }

    @Test
    void takesAPairForTwoSequencesAsLongAsItsLongerOne() {
        // two sequences of 1 + 4 tokens each
        ScoredTrajectory pair = pair(3, 4);

        assertThat(MicroBatches.split(List.of(pair, pair), 20)).containsExactly(List.of(pair, pair));
        assertThat(MicroBatches.split(List.of(pair, pair), 19)).containsExactly(List.of(pair), List.of(pair));
        assertThat(BatchTotals.of(List.of(pair, pair))).isEqualTo(new BatchTotals(14, 4));
    }

    private static ScoredTrajectory pair(int rejected, int chosen) {
        ScoredTrajectory scored = Sample.ofLength(1, rejected).scored(0);
        return new ScoredTrajectory(
                scored.trajectory(), scored.scores(), new PreferencePair(new int[chosen], -1, -2), null);
    }

    @Test
    void hasNoPartsForNothing() {
        assertThat(MicroBatches.split(List.of(), 12)).isEmpty();
    }

    @Test
    void refusesABudgetWithoutTokens() {
        assertThatThrownBy(() -> MicroBatches.split(List.of(), 0))
                .hasMessage("token budget of a micro-batch must be 1 or more, found 0");
    }

    @Test
    void countsOnlyTokensThatTrainAndTheirTrajectories() {
        List<ScoredTrajectory> batch = List.of(
                Sample.ofLength(5, 3).mask(1, 0, 1).scored(0),
                Sample.ofLength(5, 2).scored(1),
                Sample.ofLength(5, 1).mask(0).scored(2));

        assertThat(BatchTotals.of(batch)).isEqualTo(new BatchTotals(4, 2));
    }
}
