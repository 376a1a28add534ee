// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;

/** How trajectories become batches. */
public enum Order {
    /** Batch n is generation n, each request sampled wholly by the version it names: the run is repeatable. */
    LOCKSTEP(VersionRule.EXACT, true),
    /** Batch n is generation n, sampled by the newest weights at hand, also between tokens. */
    PIPELINED(VersionRule.AT_LEAST, true),
    /** First come, first trained; what is too stale by then is dropped and counted. */
    ASYNC(VersionRule.AT_LEAST, false);

    private final VersionRule versionRule;
    private final boolean byGeneration;

    Order(VersionRule versionRule, boolean byGeneration) {
        this.versionRule = versionRule;
        this.byGeneration = byGeneration;
    }

    /** How requests of this order bind the policy version. */
    public VersionRule versionRule() {
        return versionRule;
    }

    /** Whether a batch is a generation of requests rather than whatever arrived first. */
    public boolean byGeneration() {
        return byGeneration;
    }
}
