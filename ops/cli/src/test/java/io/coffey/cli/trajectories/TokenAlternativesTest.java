// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.trajectories;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenAlternativesTest {

    private static final Path STUDENT = Path.of("../../examples/sum/student");

    @Test
    void joinsWhatStudentAndTeacherThoughtOfEachToken() {
        try (Tokenizer tokenizer = Tokenizer.load(STUDENT)) {
            int seven = tokenizer.encodePlain("7")[0];
            int eight = tokenizer.encodePlain("8")[0];
            TopTokens student = new TopTokens(2, new int[] {seven, eight}, new float[] {-1f, -2f});
            TopTokens teacher = new TopTokens(1, new int[] {eight}, new float[] {-0.25f});

            JsonArray positions = new TokenAlternatives(
                            scored(tokenizer, student, teacher, new float[] {-3f, -0.25f}), tokenizer)
                    .json();

            assertThat(positions).hasSize(1);
            assertThat(positions.get(0).toString())
                    .isEqualTo("[{\"id\":%d,\"text\":\"8\",\"student\":-2.0,\"teacher\":-0.25},".formatted(eight)
                            + "{\"id\":%d,\"text\":\"7\",\"student\":-1.0,\"teacher\":-3.0}]".formatted(seven));
        }
    }

    @Test
    void saysWhatTheRecordSaysAndNoMore() {
        try (Tokenizer tokenizer = Tokenizer.load(STUDENT)) {
            TopTokens student = new TopTokens(1, tokenizer.encodePlain("7"), new float[] {-1f});

            assertThat(new TokenAlternatives(scored(tokenizer, student, null, null), tokenizer)
                            .json()
                            .toString())
                    .contains("\"student\":-1.0")
                    .doesNotContain("\"teacher\":-");
            assertThat(new TokenAlternatives(scored(tokenizer, null, null, null), tokenizer)
                            .json()
                            .toString())
                    .isEqualTo("[[]]");
        }
    }

    private static ScoredTrajectory scored(
            Tokenizer tokenizer,
            @Nullable TopTokens student,
            @Nullable TopTokens teacher,
            float @Nullable [] atStudent) {
        Trajectory trajectory = new Trajectory(
                "sum",
                12,
                0,
                "p7",
                tokenizer.encodePlain("73="),
                tokenizer.encodePlain("7"),
                new byte[] {1},
                new float[] {-1f},
                null,
                List.of(new VersionRun(3, 1)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.LENGTH,
                "tokenizer",
                "0",
                student,
                null,
                null,
                null);
        TeacherScores scores = new TeacherScores(
                "big",
                "0123456789abcdef",
                "tokenizer",
                null,
                new float[] {-3f},
                new float[] {-2f},
                teacher,
                atStudent,
                null,
                null);
        return new ScoredTrajectory(trajectory, List.of(scores), null);
    }
}
