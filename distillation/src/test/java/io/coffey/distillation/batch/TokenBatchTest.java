// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TokenBatchTest {

    private static final double[][] TEACHER = {
        Distributions.log(0.7, 0.2, 0.1), Distributions.log(0.1, 0.6, 0.3), Distributions.log(0.3, 0.3, 0.4)
    };

    @Test
    void keepsTheTrainedPositionsAlignedAcrossTrajectories() {
        ScoredTrajectory first = Sample.of(TEACHER, 2, 0, 1)
                .mask(0, 1, 1)
                .behavior(-9, -1, -2)
                .teacherTop(new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 0})
                .studentTop(new int[] {0}, new int[] {2}, new int[] {1})
                .entropies()
                .scored(0);
        ScoredTrajectory second = Sample.of(new double[][] {TEACHER[2]}, 2)
                .behavior(-3)
                .teacherTop(new int[][] {{2}})
                .studentTop(new int[][] {{0}})
                .entropies()
                .scored(1);

        TokenBatch batch = TokenBatch.of(List.of(first, second));

        assertThat(batch.rowCount()).isEqualTo(4);
        assertThat(batch.sequences()).isEqualTo(2);
        assertThat(batch.rows()).containsExactly(1, 2, 3);
        assertThat(batch.sequence()).containsExactly(0, 0, 1);
        assertThat(batch.position()).containsExactly(1, 2, 0);
        assertThat(batch.tokens()).containsExactly(0, 1, 2);
        assertThat(batch.behavior()).containsExactly(-1, -2, -3);
        assertThat(batch.teacher()).containsExactly(log(0.1), log(0.3), log(0.4));
        TopTokens teacherTop = Objects.requireNonNull(batch.teacherTop());
        assertThat(teacherTop.k()).isEqualTo(1); // as many as each of them carries
        assertThat(teacherTop.ids()).containsExactly(1, 2, 2);
        assertThat(teacherTop.logProbs()).containsExactly(log(0.6), log(0.4), log(0.4));
        TopTokens studentTop = Objects.requireNonNull(batch.studentTop());
        assertThat(studentTop.ids()).containsExactly(2, 1, 0);
        assertThat(studentTop.logProbs()).containsExactly(log(0.3), log(0.3), log(0.3));
        assertThat(batch.teacherEntropy()).hasSize(3);
        assertThat(batch.studentEntropy()).hasSize(3);
    }

    @Test
    void leavesOutWhatNotEveryTrajectoryCarries() {
        ScoredTrajectory with = Sample.of(TEACHER, 2, 0, 1)
                .teacherTop(new int[] {0}, new int[] {1}, new int[] {2})
                .entropies()
                .scored(0);
        ScoredTrajectory without = Sample.of(TEACHER, 2, 0, 1).scored(1);

        TokenBatch batch = TokenBatch.of(List.of(with, without));

        assertThat(batch.teacherTop()).isNull();
        assertThat(batch.studentTop()).isNull();
        assertThat(batch.teacherEntropy()).isNull();
    }

    @Test
    void makesTensorsOfEveryShape() {
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(TEACHER, 2, 0, 1)
                .teacherTop(new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 0})
                .scored(0)));

        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> tensors = batch.tensors(scope);

            assertThat(tensors).hasSameSizeAs(TokenBatch.TENSORS);
            assertThat(named("tokens", tensors).intArray()).containsExactly(2, 0, 1);
            assertThat(named("trajectory_weight", tensors).floatArray()).containsExactly(1, 1, 1);
            assertThat(named("teacher_top_ids", tensors).shape()).containsExactly(3, 2);
            assertThat(named("student_top_ids", tensors).shape()).containsExactly(3, 0);
            assertThat(named("teacher_entropy", tensors).shape()).containsExactly(0);
            assertThat(named("alternatives", tensors).shape()).containsExactly(3, 0);
            assertThat(named("teacher_at_alternatives", tensors).shape()).containsExactly(3, 0);
        }
    }

    @Test
    void weighsTheTokensOfATrajectoryAlike() {
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(TEACHER, 2, 0, 1).mask(1, 0, 1).scored(0),
                Sample.of(TEACHER, 2, 0, 1).scored(1)));

        assertThat(batch.weighted(new float[] {0.5f, 2}).weight()).containsExactly(0.5f, 0.5f, 2, 2, 2);
        assertThatThrownBy(() -> batch.weighted(new float[] {1}))
                .hasMessage("a micro-batch of 2 trajectories found 1 weights");
    }

    @Test
    void tellsEveryTokenHowLongItsTrajectoryIs() {
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(TEACHER, 2, 0, 1).mask(1, 0, 1).scored(0),
                Sample.of(TEACHER, 2).scored(1)));

        assertThat(batch.length()).containsExactly(3, 3, 1);
        assertThat(batch.trained()).containsExactly(2, 2, 1);
    }

    private static Tensor named(String name, List<Tensor> tensors) {
        return tensors.get(TokenBatch.TENSORS.indexOf(name));
    }

    @Test
    void takesTheTeacherAskedFor() {
        Sample kind = Sample.of(TEACHER, 0, 0, 0);
        Sample strict = Sample.of(new double[][] {TEACHER[2], TEACHER[1], TEACHER[0]}, 0, 0, 0);
        ScoredTrajectory scored =
                new ScoredTrajectory(kind.trajectory(3), List.of(kind.scores("kind"), strict.scores("strict")), null);

        assertThat(TokenBatch.of(List.of(scored)).teacher()[0]).isEqualTo(log(0.7));
        assertThat(TokenBatch.of(List.of(scored), "strict").teacher()[0]).isEqualTo(log(0.3));
        assertThatThrownBy(() -> TokenBatch.of(List.of(scored), "other"))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 3.0 has no scores of teacher other");
    }

    @Test
    void refusesATrainedNumberThatIsNotFinite() {
        Sample sample = Sample.of(TEACHER, 2, 0, 1).behavior(-1, Double.NaN, -1);

        assertThatThrownBy(() -> TokenBatch.of(List.of(sample.scored(12))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 12.0 has a behavior log-probability of NaN at position 1,"
                        + " expected a finite one");
        assertThat(TokenBatch.of(List.of(sample.mask(1, 0, 1).scored(12))).size())
                .isEqualTo(2);
    }

    @Test
    void refusesATrajectoryThatFailed() {
        Trajectory trajectory = Sample.of(TEACHER, 2, 0, 1).trajectory(4);
        ScoredTrajectory failed = new ScoredTrajectory(trajectory, List.of(), "the teacher is away");

        assertThatThrownBy(() -> TokenBatch.of(List.of(failed)))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 4.0 has nothing to train on: the teacher is away");
    }

    private static float log(double probability) {
        return (float) Math.log(probability);
    }
}
