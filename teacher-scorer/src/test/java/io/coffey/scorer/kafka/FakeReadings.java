// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Knows the teacher's prompts of some prompt ids. */
final class FakeReadings implements Readings {

    private final Map<String, int[]> prompts;
    boolean ready = true;
    boolean closed;

    FakeReadings(Map<String, int[]> prompts) {
        this.prompts = prompts;
    }

    @Override
    public void open() {}

    @Override
    public boolean await(List<Trajectory> trajectories, BooleanSupplier giveUp) {
        return ready;
    }

    @Override
    public Reading of(Trajectory trajectory) {
        int[] prompt = prompts.get(trajectory.promptId());
        if (prompt == null) {
            throw new UnscorableTrajectoryException("no reference of " + trajectory.promptId());
        }
        return new Reading(trajectory, prompt, "hash of " + trajectory.promptId());
    }

    @Override
    public void close() {
        closed = true;
    }
}
