// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.PolicyVersion;
import java.util.List;

/** The versions that the trainer publishes, as they are announced, with their weights. Used by one thread. */
public interface PolicyFeed extends PublishedWeights, AutoCloseable {

    /** Versions announced since the last call, oldest first; returns at once. */
    List<PolicyVersion> poll();

    @Override
    void close();
}
