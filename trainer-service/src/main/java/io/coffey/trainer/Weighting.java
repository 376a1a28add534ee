// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Trajectory;

/** How much each trajectory counts in the loss: a pure function, so that a replay weighs alike. */
@FunctionalInterface
public interface Weighting {

    /** All count alike, and none is judged. */
    Weighting EVEN = trajectory -> new Weight(1, Double.NaN);

    /** How much it counts. */
    Weight of(Trajectory trajectory);

    /**
     * What a trajectory counts.
     *
     * @param factor of its loss
     * @param right 1 where its completion is right, 0 where it is wrong, NaN where nobody judges
     */
    record Weight(float factor, double right) {}
}
