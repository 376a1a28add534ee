// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.trajectories;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.trainer.Coordinate;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoryViewTest {

    private static final Path STUDENT = Path.of("../../examples/sum/student");
    private static final String RED = "\u001b[1;31m";
    private static final String STRONG_GREEN = "\u001b[1;97;42m";
    private static final String RESET = "\u001b[0m";

    @Test
    void showsPromptAndCompletionAsText() {
        assertThat(view(scored()).text(false))
                .containsExactly(
                        "trajectory 12.0  prompt p7  version 3,4  LENGTH  3 tokens  at 1@40",
                        "  teacher big@0123456789ab  reward 0.5000 a token, 1.5000 in all  entropy 0.2500",
                        "  prompt      73=",
                        "  completion  7+3");
    }

    @Test
    void coloursEachTokenByItsReward() {
        assertThat(view(scored()).text(true))
                .contains("  completion  7" + RED + "+" + RESET + STRONG_GREEN + "3" + RESET);
    }

    @Test
    void saysWhyThereIsNothingToShow() {
        Trajectory failed = new Trajectory(
                "sum",
                12,
                0,
                "p7",
                tokens("73="),
                new int[0],
                new byte[0],
                new float[0],
                null,
                List.of(),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.FAILED,
                "tokenizer",
                "0",
                null,
                null,
                null,
                "the prompt is too long");

        assertThat(view(new ScoredTrajectory(failed, List.of(), "the prompt is too long"))
                        .text(true))
                .containsExactly(
                        "trajectory 12.0  prompt p7  version -  FAILED  0 tokens  at 1@40",
                        "  failed: the prompt is too long",
                        "  prompt      73=");
    }

    @Test
    void tellsMachinesEveryToken() {
        JsonObject json = view(scored()).json();

        assertThat(json.get("completion").getAsString()).isEqualTo("7+3");
        assertThat(json.getAsJsonArray("pieces").toString()).isEqualTo("[\"7\",\"+\",\"3\"]");
        JsonObject teacher = json.getAsJsonArray("teachers").get(0).getAsJsonObject();
        assertThat(teacher.getAsJsonArray("rewards").toString()).isEqualTo("[0.0,-1.0,2.5]");
        assertThat(teacher.get("meanEntropy").getAsDouble()).isEqualTo(0.25);
    }

    private static TrajectoryView view(ScoredTrajectory scored) {
        return new TrajectoryView(new Coordinate(1, 40), scored, Tokenizer.load(STUDENT));
    }

    private static int[] tokens(String text) {
        try (Tokenizer tokenizer = Tokenizer.load(STUDENT)) {
            return tokenizer.encodePlain(text);
        }
    }

    private static ScoredTrajectory scored() {
        Trajectory trajectory = new Trajectory(
                "sum",
                12,
                0,
                "p7",
                tokens("73="),
                tokens("7+3"),
                new byte[] {1, 1, 1},
                new float[] {-1f, -1f, -3f},
                null,
                List.of(new VersionRun(3, 2), new VersionRun(4, 1)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.LENGTH,
                "tokenizer",
                "0",
                null,
                null,
                null,
                null);
        TeacherScores scores = new TeacherScores(
                "big",
                "0123456789abcdef",
                "tokenizer",
                null,
                new float[] {-1f, -2f, -0.5f},
                new float[] {0f, -1f, 2.5f},
                null,
                null,
                null,
                new float[] {0.5f, 0.25f, 0f});
        return new ScoredTrajectory(trajectory, List.of(scores), null);
    }
}
