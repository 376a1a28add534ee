// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredTrajectoryTest {

    private static final TopTokens TWO = new TopTokens(2, new int[] {5, 6}, new float[] {-1, -2});
    private static final TopTokens THREE = new TopTokens(3, new int[] {5, 6, 7}, new float[] {-1, -2, -3});

    @Test
    void takesScoresOfTheTokensTheTrajectoryCarries() {
        ScoredTrajectory scored = new ScoredTrajectory(trajectory(), List.of(scores(2, 3)), null);

        assertThat(scored.failed()).isFalse();
    }

    @Test
    void refusesScoresOfOtherStudentTokens() {
        assertThatThrownBy(() -> new ScoredTrajectory(trajectory(), List.of(scores(4, 3)), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trajectory 12.3 carries 2 student top tokens but a teacher scored 4");
    }

    @Test
    void refusesScoresOfOtherAlternatives() {
        assertThatThrownBy(() -> new ScoredTrajectory(trajectory(), List.of(scores(2, 2)), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trajectory 12.3 carries 3 alternatives but a teacher scored 2");
    }

    @Test
    void refusesVersionRunsThatOnlyOverflowToTheLength() {
        List<VersionRun> runs = List.of(
                new VersionRun(0, Integer.MAX_VALUE), new VersionRun(1, Integer.MAX_VALUE), new VersionRun(2, 3));

        assertThatThrownBy(() -> trajectory(runs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trajectory 12.3 has 1 tokens but 4294967297 policy versions");
    }

    private static Trajectory trajectory() {
        return trajectory(List.of(new VersionRun(0, 1)));
    }

    private static Trajectory trajectory(List<VersionRun> versions) {
        return new Trajectory(
                "run",
                12,
                3,
                "prompt",
                new int[] {1},
                new int[] {2},
                new byte[] {1},
                new float[] {-0.5f},
                null,
                versions,
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.STOP,
                "tokenizer",
                "worker",
                TWO,
                null,
                THREE,
                null);
    }

    private static TeacherScores scores(int atStudentTop, int atAlternatives) {
        return new TeacherScores(
                "teacher",
                "revision",
                "tokenizer",
                null,
                new float[1],
                new float[1],
                null,
                new float[atStudentTop],
                new float[atAlternatives],
                null);
    }
}
