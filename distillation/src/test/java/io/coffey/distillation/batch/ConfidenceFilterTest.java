// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.batch.ConfidenceFilter.Unit;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfidenceFilterTest {

    /** Of each token what teacher and student give it, as probabilities in per cent; 0 marks a masked one. */
    private static final List<ScoredTrajectory> BATCH = List.of(
            trajectory(0, new int[] {90, 80}, new int[] {80, 90}), // the teacher sure, the student sure
            trajectory(1, new int[] {70, 90, 60}, new int[] {20, 0, 30}), // the teacher sure, the student surprised
            trajectory(2, new int[] {5, 10}, new int[] {10, 10}), // the teacher not, the student surprised
            trajectory(3, new int[] {20}, new int[] {50}));

    @ParameterizedTest
    @CsvSource({
        "1,   1,   11 111 11 1",
        "0.5, 1,   11 111 00 0",
        "1,   0.5, 00 111 11 0",
        "0.5, 0.5, 00 111 00 0",
        "0.3, 1,   11 111 00 0", // 1.2 of four is two
        "0.1, 1,   11 000 00 0"
    })
    void keepsTrajectoriesThatTheTeacherIsSureOfAndTheStudentIsNot(double confident, double surprised, String kept) {
        assertThat(kept(Unit.TRAJECTORIES, confident, surprised)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 1,   11 101 00 0", // of seven tokens four: .9, .8, .7, .6
        "1,   0.5, 00 101 11 0", // .1, .1, .2, .3
        "0.5, 0.5, 00 101 00 0"
    })
    void keepsTokensLikewiseAndNoneThatIsMasked(double confident, double surprised, String kept) {
        assertThat(kept(Unit.TOKENS, confident, surprised)).isEqualTo(kept);
    }

    @Test
    void keepsTheFirstOfEqualOnes() {
        List<ScoredTrajectory> equal =
                List.of(trajectory(0, new int[] {50}, new int[] {50}), trajectory(1, new int[] {50}, new int[] {50}));

        assertThat(written(new ConfidenceFilter(Unit.TRAJECTORIES, 0.5, 1).kept(equal)))
                .isEqualTo("1 0");
    }

    @Test
    void leavesTokensOutWithAFactorOfZero() {
        TokenBatch batch = TokenBatch.of(BATCH).weighted(new float[] {1, 2, 3, 4});

        assertThat(batch.only(new ConfidenceFilter(Unit.TOKENS, 0.5, 0.5).kept(BATCH))
                        .weight())
                .containsExactly(0, 0, 2, 2, 0, 0, 0);
        assertThat(batch.weight()).containsExactly(1, 1, 2, 2, 3, 3, 4);
        assertThatThrownBy(() -> batch.only(List.of())).hasMessage("a micro-batch of 4 trajectories found masks of 0");
    }

    @Test
    void refusesAShareOfNothing() {
        assertThatThrownBy(() -> new ConfidenceFilter(Unit.TOKENS, 0, 1))
                .hasMessage("a filter keeps shares above 0 and up to 1, found 0.0 and 1.0");
        assertThat(ConfidenceFilter.NONE.decides()).isFalse();
        assertThat(new ConfidenceFilter(Unit.TOKENS, 1, 0.9).decides()).isTrue();
    }

    private static String kept(Unit unit, double confident, double surprised) {
        return written(new ConfidenceFilter(unit, confident, surprised).kept(BATCH));
    }

    private static String written(List<boolean[]> kept) {
        StringBuilder text = new StringBuilder();
        for (boolean[] positions : kept) {
            text.append(text.isEmpty() ? "" : " ");
            for (boolean position : positions) {
                text.append(position ? '1' : '0');
            }
        }
        return text.toString();
    }

    private static ScoredTrajectory trajectory(long request, int[] teacher, int[] student) {
        double[][] scores = new double[teacher.length][];
        Arrays.setAll(scores, t -> Distributions.log(teacher[t] / 100.0, 1 - teacher[t] / 100.0));
        return Sample.of(scores, new int[teacher.length])
                .behavior(Arrays.stream(student)
                        .mapToDouble(q -> Math.log(Math.max(q, 1) / 100.0))
                        .toArray())
                .mask(Arrays.stream(student).map(q -> q == 0 ? 0 : 1).toArray())
                .scored(request);
    }
}
