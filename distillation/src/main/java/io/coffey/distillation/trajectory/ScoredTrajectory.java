// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trajectory with what its teachers say of it.
 *
 * @param trajectory the trajectory
 * @param scores one entry a teacher, empty only when there is nothing to train on
 * @param pair the response preferred to it, for objectives that compare the two; the scores are then the reference's.
 *     Absent otherwise
 * @param failure why there are no scores; absent otherwise. A failed trajectory keeps its own reason
 */
public record ScoredTrajectory(
        Trajectory trajectory,
        List<TeacherScores> scores,
        @Nullable PreferencePair pair,
        @Nullable String failure) {

    /** A trajectory that is no half of a pair. */
    public ScoredTrajectory(Trajectory trajectory, List<TeacherScores> scores, @Nullable String failure) {
        this(trajectory, scores, null, failure);
    }

    public ScoredTrajectory {
        scores = List.copyOf(scores);
        Require.that(
                scores.isEmpty() == (failure != null),
                "scored trajectory %s has %d scores and failure \"%s\": it needs one or the other",
                trajectory.id(),
                scores.size(),
                failure);
        Require.that(pair == null || failure == null, "scored trajectory %s failed and has a pair", trajectory.id());
        for (TeacherScores score : scores) {
            Require.length(
                    "trajectory " + trajectory.id(),
                    "log-probabilities of teacher " + score.teacherId(),
                    trajectory.length(),
                    score.logProbs().length);
            sameTokens(trajectory, "student top tokens", trajectory.studentTop(), score.atStudentTop());
            sameTokens(trajectory, "alternatives", trajectory.alternatives(), score.atAlternatives());
        }
    }

    private static void sameTokens(
            Trajectory trajectory, String what, @Nullable TopTokens tokens, float @Nullable [] scored) {
        int carried = tokens == null ? 0 : tokens.ids().length;
        Require.that(
                scored == null || scored.length == carried,
                "trajectory %s carries %d %s but a teacher scored %d",
                trajectory.id(),
                carried,
                what,
                scored == null ? 0 : scored.length);
    }

    /** The number of its responses that a student is trained on: 2 of a pair, the preferred one first. */
    public int responses() {
        return pair == null ? 1 : 2;
    }

    /** The number of completion tokens that train, those of a preferred response included. A pair trains whole. */
    public int trainedTokens() {
        return pair == null ? trajectory.trainedTokens() : pair.chosen().length + trajectory.length();
    }

    /** The number of tokens of its longest sequence, prompt included. */
    public int longestSequence() {
        int response = Math.max(trajectory.length(), pair == null ? 0 : pair.chosen().length);
        return trajectory.promptTokens().length + response;
    }

    public boolean failed() {
        return failure != null;
    }
}
