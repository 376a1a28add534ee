// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.Trajectory;

/**
 * At which temperature the teacher is at every token of a trajectory: a pure function, so that a replay softens alike.
 */
@FunctionalInterface
public interface Softening {

    /** None is decided anywhere: losses are as they are without temperatures. */
    Softening NONE = trajectory -> new float[0];

    /** A temperature, 1 or more, for each completion position, [T]. */
    float[] temperatures(Trajectory trajectory);
}
