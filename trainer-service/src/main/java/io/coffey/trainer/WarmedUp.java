// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Precision;
import io.coffey.model.Weights;

/**
 * The student after fine-tuning on the teacher's responses: where a preference run starts to train, and what it holds
 * the student to.
 *
 * @param model its directory
 * @param digest SHA-256 of its weights
 * @param revision SHA-256 of its weights in the precision of the model: what a scorer that holds them is called
 */
public record WarmedUp(ModelDirectory model, String digest, String revision) {

    /** The one in a directory, which has weights. */
    public static WarmedUp of(ModelDirectory model) {
        return new WarmedUp(model, digest(model, Precision.F32), digest(model, model.precision()));
    }

    private static String digest(ModelDirectory model, Precision precision) {
        try (Weights weights = model.loadWeights(precision)) {
            return weights.digest();
        }
    }

    /**
     * Checks that a pair was scored with these weights.
     *
     * @throws UntrainableTrajectoryException if it was scored with others
     */
    public void requireReference(ScoredTrajectory scored) {
        for (TeacherScores scores : scored.scores()) {
            if (!scores.revision().equals(revision)) {
                throw new UntrainableTrajectoryException(
                        "trajectory %s was scored by %.16s..., expected the reference %.16s... in %s, which training starts from"
                                .formatted(scored.trajectory().id(), scores.revision(), revision, model.path()));
            }
        }
    }
}
