// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import java.util.List;

/** The weights that a trainer published, or what was made of them, by version. For one thread. */
public interface PublishedWeights extends AutoCloseable {

    /**
     * The versions that were published up to one, oldest first; waits a little for that one.
     *
     * @throws UnscorableTrajectoryException if it is not announced
     */
    List<Long> versionsUpTo(long version);

    /**
     * Canonical bytes of the weights of a version. The same version always has the same.
     *
     * @throws UnscorableTrajectoryException if they cannot be had
     */
    byte[] of(long version);

    /** Frees what it holds. */
    @Override
    void close();
}
