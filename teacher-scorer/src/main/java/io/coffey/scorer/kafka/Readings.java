// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** How trajectories become what the teacher reads. For the scorer's thread. */
interface Readings extends AutoCloseable {

    /** Trajectories as the student wrote them. */
    Readings PLAIN = new Readings() {
        @Override
        public void open() {}

        @Override
        public boolean await(List<Trajectory> trajectories, BooleanSupplier giveUp) {
            return true;
        }

        @Override
        public Reading of(Trajectory trajectory) {
            return Reading.plain(trajectory);
        }

        @Override
        public void close() {}
    };

    /** Begins; before anything is read. */
    void open();

    /**
     * Waits, but not for ever, until what some trajectories need is there.
     *
     * @return false if it gave up waiting because it was told to
     */
    boolean await(List<Trajectory> trajectories, BooleanSupplier giveUp);

    /**
     * A trajectory as the teacher reads it.
     *
     * @throws UnscorableTrajectoryException if something is missing that it needs
     */
    Reading of(Trajectory trajectory);

    @Override
    void close();
}
