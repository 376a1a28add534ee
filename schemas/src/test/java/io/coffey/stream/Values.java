// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.util.List;
import java.util.Map;

/** One value of every kind with all fields present, and one with every field absent that may be. */
final class Values {

    static final Sampling SAMPLING = new Sampling(0.7f, 40, 0.95f, 24);

    private Values() {}

    static Prompt fullPrompt() {
        return new Prompt(
                "5f2a",
                "3 + 4 =\u00e9\ud83d\ude00",
                new int[] {1, 70000, 2},
                "7",
                "It is 7.",
                Map.of("set", "a", "lang", "en"));
    }

    static Prompt barePrompt() {
        return new Prompt("5f2b", "", new int[] {0}, null, null, Map.of());
    }

    static RolloutRequest fullRequest() {
        return new RolloutRequest(
                "run", 12, "5f2a", new int[] {1, 65535}, 4, SAMPLING, -9L, 3, VersionRule.EXACT, 8, true, 0, "tok");
    }

    static RolloutRequest requestForAlternatives() {
        return new RolloutRequest(
                "run", 12, "5f2a", new int[] {1}, 4, SAMPLING, -9L, 3, VersionRule.EXACT, 0, false, 3, "tok");
    }

    static RolloutRequest requestForTheTeacher() {
        return new RolloutRequest(
                "run",
                12,
                "5f2a",
                new int[] {1},
                4,
                Origin.TEACHER,
                SAMPLING,
                -9L,
                3,
                VersionRule.EXACT,
                8,
                true,
                0,
                "tok");
    }

    static RolloutRequest bareRequest() {
        return new RolloutRequest(
                "run",
                0,
                "5f2a",
                new int[] {1},
                1,
                new Sampling(1, 0, 1, 1),
                0,
                0,
                VersionRule.AT_LEAST,
                0,
                false,
                0,
                "");
    }

    static Trajectory fullTrajectory() {
        return new Trajectory(
                "run",
                12,
                3,
                "5f2a",
                new int[] {1, 2},
                new int[] {5, 70000},
                new byte[] {1, 0},
                new float[] {-0.25f, -Float.MIN_VALUE},
                new float[] {-0.0f, -3.4028235e38f},
                List.of(new VersionRun(3, 1), new VersionRun(4, 1)),
                Origin.MIXED,
                SAMPLING,
                Long.MIN_VALUE,
                FinishReason.LENGTH,
                "tok",
                "worker-1",
                new TopTokens(3, new int[] {5, 6, 7, 8, 9, 10}, new float[] {-1, -2, -3, -0.1f, -0.2f, -0.3f}),
                new float[] {0.5f, 1.25f},
                new TopTokens(1, new int[] {4, 5}, new float[] {-0.3333333f, 0}),
                "no failure, but kept");
    }

    static Trajectory bareTrajectory() {
        return new Trajectory(
                "run",
                0,
                0,
                "5f2a",
                new int[] {1},
                new int[] {2},
                new byte[] {1},
                new float[] {-0.5f},
                null,
                List.of(new VersionRun(0, 1)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 24),
                7,
                FinishReason.STOP,
                "tok",
                "worker-1",
                null,
                null,
                null,
                null);
    }

    static Trajectory failedTrajectory() {
        return Trajectory.failed(fullRequest(), 2, "worker-1", "prompt is too long");
    }

    static ScoredTrajectory fullScored() {
        TeacherScores full = new TeacherScores(
                "maths",
                "cafe",
                "tok",
                "f00d",
                new float[] {-0.125f, -0.1f},
                new float[] {0.125f, -0.1f},
                new TopTokens(2, new int[] {5, 6, 70000, 3}, new float[] {-0.1f, -5, -0.7f, -0.9f}),
                new float[] {-1.1f, -1.2f, -1.3f, -1.4f, -1.5f, -1.6f},
                new float[] {-2.5f, -2.6f},
                new float[] {0.75f, 0});
        return new ScoredTrajectory(fullTrajectory(), List.of(full, bareScores(2)), null);
    }

    static ScoredTrajectory bareScored() {
        return new ScoredTrajectory(bareTrajectory(), List.of(bareScores(1)), null);
    }

    static ScoredTrajectory pairScored() {
        return new ScoredTrajectory(
                bareTrajectory(),
                List.of(bareScores(1)),
                new PreferencePair(new int[] {2, 70000}, -1.0 / 3, -25.5),
                null);
    }

    static ScoredTrajectory failedScored() {
        return new ScoredTrajectory(failedTrajectory(), List.of(), "prompt is too long");
    }

    private static TeacherScores bareScores(int length) {
        return new TeacherScores(
                "general", "beef", "tok", null, new float[length], new float[length], null, null, null, null);
    }

    static TrainingStep fullStep() {
        return new TrainingStep(
                "run",
                9,
                8,
                9,
                List.of(
                        new TrainingStep.TrainedRecord(1, 40, "12.3", -559038737),
                        new TrainingStep.TrainedRecord(0, 17, "12.0", 7)),
                List.of(
                        new TrainingStep.DroppedRecord(0, 18, "", TrainingStep.DropReason.FOREIGN),
                        new TrainingStep.DroppedRecord(0, 19, "1.1", TrainingStep.DropReason.EXPIRED)),
                Map.of(0, 20L, 1, 41L, 11, 5L),
                640,
                "divergence",
                "abcd",
                7,
                Map.of("maths", "cafe", "general", "beef"),
                "01",
                "02",
                Map.of("loss", 0.1 + 0.2, "gradientNorm", Double.NaN, "tokens", 64.0),
                Map.of("lengthStage", 2.0),
                Map.of("objective.type", "divergence"),
                Map.of("libtorch", "2.7.1"));
    }

    static TrainingStep bareStep() {
        return new TrainingStep(
                "run", 0, 0, 0, List.of(), List.of(), Map.of(), 0, "", "", 0, Map.of(), "", "", Map.of(), Map.of(),
                Map.of(), Map.of());
    }

    static PolicyVersion fullVersion() {
        return new PolicyVersion(
                "run",
                9,
                PolicyVersion.Kind.DELTA,
                8,
                0,
                123456789012L,
                5_000_000_000L,
                "aa",
                Map.of("b.weight", "bb", "a.weight", "cc"),
                "tok",
                "cfg",
                "file:/weights/aa");
    }

    static PolicyVersion bareVersion() {
        return new PolicyVersion("run", 0, PolicyVersion.Kind.FULL, 0, 1, 0, 4, "aa", Map.of(), "tok", "cfg", null);
    }

    static WeightsChunk chunk() {
        return new WeightsChunk("run", 9, 1, 2, new byte[] {0, -1, 127, -128});
    }

    static Evaluation evaluation() {
        return new Evaluation("run", 50, 49, 300, Map.of("accuracy", 2.0 / 3, "reverseKl", 0.01));
    }
}
