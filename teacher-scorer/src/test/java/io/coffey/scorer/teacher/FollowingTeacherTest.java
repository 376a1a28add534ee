// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.Sections;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FollowingTeacherTest {

    private static final Needs NOTHING = new Needs(true, 0, 0, false, false, false, false, false);

    private final ModelDirectory model = ModelDirectory.open(Path.of("../examples/sum/student"));
    private final FakePublishedWeights published = new FakePublishedWeights();
    private FollowingTeacher teacher;

    @BeforeEach
    void publish() {
        for (long version = 0; version < 6; version++) {
            published.publish(version, WeightsInitialization.canonical(model.config(), version));
        }
        teacher = new FollowingTeacher(
                new ScorerJob("run", Sections.scorer(512), Sections.teacher(), model, NOTHING), published);
    }

    @AfterEach
    void close() {
        teacher.close();
    }

    @Test
    void scoresEachTrajectoryWithTheVersionThatSampledIt() {
        List<Reading> readings = List.of(reading(3), reading(1), reading(3));

        List<TeacherScores> scores = teacher.score(readings);

        assertThat(scores.get(0).logProbs()).isEqualTo(scores.get(2).logProbs());
        assertThat(scores.get(0).logProbs()).isNotEqualTo(scores.get(1).logProbs());
        assertThat(scores.get(1).revision())
                .isEqualTo("version 1: " + Weights.digest(WeightsInitialization.canonical(model.config(), 1)));
        assertThat(scores)
                .extracting(TeacherScores::logProbs)
                .allSatisfy(row -> assertThat(row).hasSize(2));
    }

    @Test
    void takesTheNewestVersionOfATrajectoryThatSeveralSampled() {
        TeacherScores mixed = teacher.score(List.of(reading(1, 2))).get(0);

        assertThat(mixed.revision()).startsWith("version 2: ");
    }

    @Test
    void givesTheSameScoresWhateverItScoredBefore() {
        float[] first = teacher.score(List.of(reading(0))).get(0).logProbs();

        for (long version = 1; version < 6; version++) {
            teacher.score(List.of(reading(version)));
        }

        assertThat(teacher.score(List.of(reading(0))).get(0).logProbs()).isEqualTo(first);
        assertThat(published.fetched).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 0L);
    }

    @Test
    void refusesATrajectoryWhoseVersionCannotBeHad() {
        assertThat(teacher.refusal(reading(5))).isEmpty();
        assertThat(teacher.refusal(reading(9))).contains("version 9 is not announced");
        assertThat(teacher.refusal(reading())).get().asString().contains("names no policy version");
    }

    private Reading reading(long... versions) {
        List<VersionRun> runs = Arrays.stream(versions)
                .mapToObj(version -> new VersionRun(version, 2 / versions.length))
                .toList();
        int length = versions.length == 0 ? 0 : 2;
        return Reading.plain(new Trajectory(
                "run",
                0,
                0,
                "p",
                new int[] {3, 4},
                length == 0 ? new int[0] : new int[] {5, 6},
                new byte[length],
                new float[length],
                null,
                runs,
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                5,
                length == 0 ? FinishReason.FAILED : FinishReason.LENGTH,
                model.tokenizer().fingerprint(),
                "w",
                null,
                null,
                null,
                length == 0 ? "none" : null));
    }
}
