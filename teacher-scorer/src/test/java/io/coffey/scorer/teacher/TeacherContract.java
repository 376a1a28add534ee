// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.Trajectories;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every teacher promises. */
abstract class TeacherContract {

    private Teacher teacher;

    /** A teacher with tokenizer "tok", a vocabulary of 20 and at most 100 tokens. */
    abstract Teacher teacher();

    @BeforeEach
    void make() {
        teacher = teacher();
    }

    @AfterEach
    void close() {
        teacher.close();
    }

    @Test
    void scoresEveryTokenOfEveryTrajectoryInOrder() {
        List<Reading> readings = Trajectories.plain(
                Trajectories.ofLength(0, 5), Trajectories.ofLength(1, 1), Trajectories.ofLength(2, 17));

        List<TeacherScores> scores = teacher.score(readings);

        assertThat(scores).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(scores.get(i).logProbs())
                    .hasSize(readings.get(i).trajectory().length());
            assertThat(scores.get(i).teacherId()).isEqualTo(teacher.id());
            assertThat(scores.get(i).revision())
                    .isEqualTo(scores.get(0).revision())
                    .isNotBlank();
            assertThat(scores.get(i).tokenizerFingerprint()).isEqualTo("tok");
        }
    }

    @Test
    void givesLogRatiosOfTeacherOverBehavior() {
        TeacherScores scores =
                teacher.score(Trajectories.plain(Trajectories.ofLength(0, 4))).get(0);

        for (int t = 0; t < 4; t++) {
            assertThat(scores.logProbs()[t]).isLessThanOrEqualTo(0);
            assertThat(scores.logRatios()[t]).isEqualTo(scores.logProbs()[t] + 0.5f);
        }
    }

    @Test
    void scoresATrajectoryAlikeWhateverItsNeighbours() {
        Trajectory trajectory = Trajectories.ofLength(0, 7);

        float[] alone = teacher.score(Trajectories.plain(trajectory)).get(0).logProbs();
        float[] crowded = teacher.score(
                        Trajectories.plain(Trajectories.ofLength(1, 17), trajectory, Trajectories.ofLength(2, 3)))
                .get(1)
                .logProbs();

        assertThat(crowded).isEqualTo(alone);
    }

    @Test
    void refusesWhatItCannotScoreAndSaysWhy() {
        Trajectory foreign = Trajectories.of(0, new int[] {1}, new int[] {2}, "other", null, null);
        Trajectory unknown = Trajectories.of(0, new int[] {1}, new int[] {2, 20}, "tok", null, null);
        Trajectory longer = Trajectories.of(0, new int[99], new int[2], "tok", null, null);

        assertThat(refusal(foreign)).get().asString().contains("tokenizer", "other", "tok");
        assertThat(refusal(unknown)).get().asString().contains("token 20", "vocabulary of 20");
        assertThat(refusal(longer)).isPresent();
        assertThat(refusal(Trajectories.ofLength(0, 19))).isEmpty();
        assertThat(refusal(Trajectories.of(0, new int[98], new int[2], "tok", null, null)))
                .isEmpty();
    }

    @Test
    void namesTheContextItReadsUnderAndNoOther() {
        Trajectory trajectory = Trajectories.ofLength(0, 5);
        Reading privileged = new Reading(trajectory, new int[] {7, 8, 9, 10, 3, 1}, "hash");

        List<TeacherScores> scores = teacher.score(List.of(Reading.plain(trajectory), privileged));

        assertThat(scores.get(0).contextHash()).isNull();
        assertThat(scores.get(1).contextHash()).isEqualTo("hash");
        assertThat(scores.get(1).logProbs()).hasSize(5);
    }

    @Test
    void refusesAPromptOfItsOwnThatLeavesNoRoom() {
        Trajectory trajectory = Trajectories.ofLength(0, 2);

        assertThat(teacher.refusal(new Reading(trajectory, new int[98], "hash")))
                .isEmpty();
        assertThat(teacher.refusal(new Reading(trajectory, new int[99], "hash")))
                .isPresent();
    }

    private Optional<String> refusal(Trajectory trajectory) {
        return teacher.refusal(Reading.plain(trajectory));
    }
}
