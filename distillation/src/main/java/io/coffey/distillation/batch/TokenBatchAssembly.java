// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Gathers the trained positions of trajectories into one {@link TokenBatch}. */
final class TokenBatchAssembly {

    private final List<Trajectory> trajectories = new ArrayList<>();
    private final List<TeacherScores> scores = new ArrayList<>();
    private final int rowCount;
    private final int[] rows;
    private final int[] sequence;
    private final int[] position;

    TokenBatchAssembly(List<ScoredTrajectory> batch, Function<ScoredTrajectory, TeacherScores> teacher) {
        for (ScoredTrajectory scored : batch) {
            if (scored.failed()) {
                throw new UntrainableTrajectoryException("trajectory %s has nothing to train on: %s"
                        .formatted(scored.trajectory().id(), scored.failure()));
            }
            trajectories.add(scored.trajectory());
            scores.add(teacher.apply(scored));
        }
        int trained = Math.toIntExact(BatchTotals.of(batch).tokens());
        rows = new int[trained];
        sequence = new int[trained];
        position = new int[trained];
        rowCount = locate();
    }

    TokenBatch assemble() {
        TopTokens teacherAtAlternatives = top(
                "teacher log-probability of an alternative",
                s -> trajectories.get(s).alternatives(),
                s -> scores.get(s).atAlternatives());
        TopTokens alternatives = teacherAtAlternatives == null
                ? null
                : top(
                        "behavior log-probability of an alternative",
                        s -> trajectories.get(s).alternatives(),
                        s -> logProbs(trajectories.get(s).alternatives()));
        return new TokenBatch(
                rowCount,
                trajectories.size(),
                rows,
                sequence,
                position,
                perTrajectory(Trajectory::length),
                perTrajectory(Trajectory::trainedTokens),
                even(),
                tokens(),
                values("behavior log-probability", s -> trajectories.get(s).behaviorLogProbs()),
                values("teacher log-probability", s -> scores.get(s).logProbs()),
                top(
                        "teacher log-probability of its top tokens",
                        s -> scores.get(s).top(),
                        s -> logProbs(scores.get(s).top())),
                top(
                        "teacher log-probability at the student's top tokens",
                        s -> trajectories.get(s).studentTop(),
                        s -> scores.get(s).atStudentTop()),
                valuesIfCarried("teacher entropy", s -> scores.get(s).entropy()),
                valuesIfCarried("student entropy", s -> trajectories.get(s).studentEntropy()),
                alternatives,
                logProbs(teacherAtAlternatives),
                null,
                null);
    }

    private float[] even() {
        float[] weights = new float[rows.length];
        Arrays.fill(weights, 1);
        return weights;
    }

    /** Finds the trained positions; returns how many positions there are in all. */
    private int locate() {
        int row = 0;
        int n = 0;
        for (int s = 0; s < trajectories.size(); s++) {
            byte[] mask = trajectories.get(s).mask();
            for (int t = 0; t < mask.length; t++, row++) {
                if (mask[t] != 0) {
                    rows[n] = row;
                    sequence[n] = s;
                    position[n++] = t;
                }
            }
        }
        return row;
    }

    /** A number of its trajectory for every trained position. */
    private int[] perTrajectory(ToIntFunction<Trajectory> number) {
        int[] ofTrajectory = trajectories.stream().mapToInt(number).toArray();
        int[] numbers = new int[rows.length];
        Arrays.setAll(numbers, n -> ofTrajectory[sequence[n]]);
        return numbers;
    }

    private int[] tokens() {
        int[] tokens = new int[rows.length];
        for (int n = 0; n < tokens.length; n++) {
            tokens[n] = trajectories.get(sequence[n]).tokens()[position[n]];
        }
        return tokens;
    }

    private float[] values(String what, IntFunction<float[]> carried) {
        float[] values = new float[rows.length];
        for (int n = 0; n < values.length; n++) {
            values[n] = finite(what, n, carried.apply(sequence[n])[position[n]]);
        }
        return values;
    }

    private float @Nullable [] valuesIfCarried(String what, IntFunction<float @Nullable []> carried) {
        List<float[]> arrays = new ArrayList<>();
        for (int s = 0; s < trajectories.size(); s++) {
            float[] array = carried.apply(s);
            if (array == null) {
                return null;
            }
            arrays.add(array);
        }
        return values(what, arrays::get);
    }

    /** The first tokens of every row, as many as each trajectory carries; absent when one carries none. */
    private @Nullable TopTokens top(
            String what, IntFunction<@Nullable TopTokens> carriedIds, IntFunction<float @Nullable []> carriedLogProbs) {
        List<TopTokens> tops = new ArrayList<>();
        int k = Integer.MAX_VALUE;
        for (int s = 0; s < trajectories.size(); s++) {
            TopTokens ids = carriedIds.apply(s);
            float[] logProbs = carriedLogProbs.apply(s);
            if (ids == null || logProbs == null) {
                return null;
            }
            tops.add(new TopTokens(ids.k(), ids.ids(), logProbs));
            k = Math.min(k, ids.k());
        }
        return tops.isEmpty() ? null : gather(what, tops, k);
    }

    private TopTokens gather(String what, List<TopTokens> tops, int k) {
        int[] ids = new int[rows.length * k];
        float[] logProbs = new float[rows.length * k];
        for (int n = 0; n < rows.length; n++) {
            TopTokens top = tops.get(sequence[n]);
            int from = position[n] * top.k();
            System.arraycopy(top.ids(), from, ids, n * k, k);
            for (int j = 0; j < k; j++) {
                logProbs[n * k + j] = finite(what, n, top.logProbs()[from + j]);
            }
        }
        return new TopTokens(k, ids, logProbs);
    }

    private float finite(String what, int n, float value) {
        if (!Float.isFinite(value)) {
            throw new UntrainableTrajectoryException(
                    "trajectory %s has a %s of %s at position %d, expected a finite one"
                            .formatted(trajectories.get(sequence[n]).id(), what, value, position[n]));
        }
        return value;
    }

    private static float @Nullable [] logProbs(@Nullable TopTokens top) {
        return top == null ? null : top.logProbs();
    }
}
