// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsLayout;
import io.coffey.scorer.Trajectories;
import io.coffey.service.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class LocalTeacherTest extends TeacherContract {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(20, 16, 32, 2, 4, 2, 4, 100, 1e-5, 10_000, true, List.of(0));
    private static final Decoder DECODER = new Decoder(CONFIG);
    private static final Needs NOTHING = new Needs(true, 0, 0, false, false, false, false, false);
    private static final Needs ALL = new Needs(true, 64, 2, true, true, false, false, false);

    @Override
    Teacher teacher() {
        return teacher(NOTHING);
    }

    @Test
    void attachesWhatTheObjectiveNeedsAndNothingElse() {
        Trajectory trajectory = Trajectories.of(
                0,
                new int[] {3, 1},
                new int[] {4, 5, 6},
                "tok",
                new TopTokens(2, new int[] {4, 7, 8, 5, 6, 19}, new float[6]),
                null);

        try (Teacher all = teacher(ALL);
                Teacher none = teacher(NOTHING)) {
            TeacherScores full = all.score(Trajectories.plain(trajectory)).get(0);
            TeacherScores bare = none.score(Trajectories.plain(trajectory)).get(0);

            assertThat(requireNonNull(full.top()).k()).isEqualTo(20);
            assertThat(full.atStudentTop()).hasSize(6);
            assertThat(full.atAlternatives()).isNull();
            assertThat(full.entropy()).hasSize(3);
            assertThat(bare.top()).isNull();
            assertThat(bare.atStudentTop()).isNull();
            assertThat(bare.entropy()).isNull();
            assertThat(bare.logProbs()).isEqualTo(full.logProbs());
        }
    }

    @Test
    void agreesWithItselfOnEverySupport() {
        TopTokens student = new TopTokens(2, new int[] {4, 7, 8, 5, 6, 19}, new float[6]);
        TopTokens alternatives = new TopTokens(1, new int[] {0, 9, 18}, new float[3]);
        Trajectory trajectory = Trajectories.of(0, new int[] {3, 1}, new int[] {4, 5, 6}, "tok", student, alternatives);

        try (Teacher teacher = teacher(ALL)) {
            TeacherScores scores = teacher.score(Trajectories.plain(trajectory)).get(0);

            float[] entropies = requireNonNull(scores.entropy());
            float[] atStudentTop = requireNonNull(scores.atStudentTop());
            float[] atAlternatives = requireNonNull(scores.atAlternatives());
            for (int t = 0; t < 3; t++) {
                float[] row = distribution(scores, t);
                double mass = 0;
                double entropy = 0;
                for (float logProb : row) {
                    mass += Math.exp(logProb);
                    entropy -= Math.exp(logProb) * logProb;
                }
                assertThat(mass).isCloseTo(1, within(1e-5));
                assertThat((double) entropies[t]).isCloseTo(entropy, within(1e-5));
                assertThat(scores.logProbs()[t]).isEqualTo(row[trajectory.tokens()[t]]);
                assertThat(atStudentTop[2 * t]).isEqualTo(row[student.ids()[2 * t]]);
                assertThat(atStudentTop[2 * t + 1]).isEqualTo(row[student.ids()[2 * t + 1]]);
                assertThat(atAlternatives[t]).isEqualTo(row[alternatives.ids()[t]]);
            }
        }
    }

    @Test
    void refusesATrajectoryWithoutTheStudentTokensItShouldScore() {
        try (Teacher teacher = teacher(ALL)) {
            assertThat(teacher.refusal(Reading.plain(Trajectories.ofLength(0, 3))))
                    .contains("no student top tokens, which the objective needs scored");
            assertThat(teacher.refusal(Reading.plain(Trajectories.of(
                            0,
                            new int[] {1},
                            new int[] {2},
                            "tok",
                            new TopTokens(1, new int[] {20}, new float[1]),
                            null))))
                    .get()
                    .asString()
                    .startsWith("token 20 is outside");
        }
    }

    @Test
    void scoresACompletionAfterItsOwnPromptAndNotTheStudents() {
        Trajectory shown = Trajectories.of(0, new int[] {9, 8, 3, 1}, new int[] {4, 5, 6}, "tok", null, null);
        Trajectory hidden = Trajectories.of(0, new int[] {3, 1}, new int[] {4, 5, 6}, "tok", null, null);

        try (Teacher teacher = teacher(NOTHING)) {
            float[] expected = teacher.score(Trajectories.plain(shown)).get(0).logProbs();
            float[] withContext = teacher.score(List.of(new Reading(hidden, new int[] {9, 8, 3, 1}, "hash")))
                    .get(0)
                    .logProbs();
            float[] without = teacher.score(Trajectories.plain(hidden)).get(0).logProbs();

            assertThat(withContext).isEqualTo(expected);
            assertThat(without).isNotEqualTo(expected);
        }
    }

    @Test
    void saysHowMuchTooLongAPromptWithItsReferenceIs() {
        Trajectory trajectory = Trajectories.ofLength(0, 2);

        try (Teacher teacher = teacher(NOTHING)) {
            assertThat(teacher.refusal(new Reading(trajectory, new int[99], "hash")))
                    .contains(
                            "101 tokens of prompt, reference and completion, expected at most 100, which teacher local takes");
        }
    }

    @Test
    void comparesTheTokensOfStudentAndTeacher() {
        Path models = Path.of(System.getProperty("coffey.shared", "absent")).resolve("models");
        Assumptions.assumeTrue(Files.isDirectory(models), "shared test data is not here");
        Path student = models.resolve("toy-sum5-student-sft");
        Path teacher = models.resolve("toy-sum5-teacher");

        LocalTeacher.requireSameTokens(student, teacher);

        assertThatThrownBy(() -> LocalTeacher.requireSameTokens(student, models.resolve("stories260K")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("student and teacher need the same ");
    }

    /** The log-probability of every token at one position. */
    private static float[] distribution(TeacherScores scores, int t) {
        TopTokens top = requireNonNull(scores.top());
        float[] row = new float[20];
        for (int k = 0; k < 20; k++) {
            row[top.ids()[20 * t + k]] = top.logProbs()[20 * t + k];
        }
        return row;
    }

    private static Teacher teacher(Needs needs) {
        int count = Math.toIntExact(WeightsLayout.of(CONFIG).byteCount() / Float.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(11);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((float) random.nextGaussian() * 0.3f);
        }
        return new LocalTeacher("local", "tok", DECODER, Weights.fromBytes(CONFIG, bytes.flip()), 64, needs);
    }
}
