// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes arrivals for tests. */
final class Arrivals {

    static final String RUN = "test-run";

    private Arrivals() {}

    /** Sample 0 of a request, two tokens sampled by the given version, at partition 0 and the given offset. */
    static Arrival of(long request, long version, long offset) {
        return Arrival.of(RUN, new Coordinate(0, offset), 0, scored(RUN, request, version, null));
    }

    /** The same written by the teacher. */
    static Arrival written(long request, long version, long offset) {
        return Arrival.of(RUN, new Coordinate(0, offset), 0, scored(RUN, request, version, Origin.TEACHER, null));
    }

    /** The same without a result. */
    static Arrival failed(long request, long offset) {
        return Arrival.of(RUN, new Coordinate(0, offset), 0, scored(RUN, request, 0, "the teacher gave NaN"));
    }

    /** The same of another run. */
    static Arrival foreign(long request, long offset) {
        return Arrival.of(RUN, new Coordinate(0, offset), 0, scored("another-run", request, 0, null));
    }

    static ScoredTrajectory scored(String run, long request, long version, @Nullable String failure) {
        return scored(run, request, version, Origin.STUDENT, failure);
    }

    private static ScoredTrajectory scored(
            String run, long request, long version, Origin origin, @Nullable String failure) {
        float[] logProbs = {-0.5f, -1.5f};
        Trajectory trajectory = new Trajectory(
                run,
                request,
                0,
                "p" + request,
                new int[] {3, 4},
                new int[] {5, 1},
                new byte[] {1, 1},
                logProbs,
                null,
                List.of(new VersionRun(version, 2)),
                origin,
                new Sampling(1, 0, 1, 8),
                7,
                FinishReason.STOP,
                "tokenizer",
                "worker",
                null,
                null,
                null,
                null);
        TeacherScores scores = new TeacherScores(
                "teacher",
                "revision",
                "tokenizer",
                null,
                new float[] {-0.25f, -1f},
                new float[] {0.25f, 0.5f},
                null,
                null,
                null,
                null);
        return new ScoredTrajectory(trajectory, failure == null ? List.of(scores) : List.of(), failure);
    }
}
