// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;

/** How trajectories become batches. */
public enum Order {
    /** Batch n is generation n, each request sampled wholly by the version it names: the run is repeatable. */
    LOCKSTEP(VersionRule.EXACT, true, false),
    /** Batch n is generation n, sampled by the newest weights at hand, also between tokens. */
    PIPELINED(VersionRule.AT_LEAST, true, false),
    /** First come, first trained; what is too stale by then is dropped and counted. */
    ASYNC(VersionRule.AT_LEAST, false, false),
    /**
     * Batch n is generation n, each request sampled wholly by version 0, the student before any training, and never too
     * old: the run is repeatable.
     */
    SNAPSHOT(VersionRule.EXACT, true, true);

    private final VersionRule versionRule;
    private final boolean byGeneration;
    private final boolean ofTheBeginning;

    Order(VersionRule versionRule, boolean byGeneration, boolean ofTheBeginning) {
        this.versionRule = versionRule;
        this.byGeneration = byGeneration;
        this.ofTheBeginning = ofTheBeginning;
    }

    /** How requests of this order bind the policy version. */
    public VersionRule versionRule() {
        return versionRule;
    }

    /** Whether a batch is a generation of requests rather than whatever arrived first. */
    public boolean byGeneration() {
        return byGeneration;
    }

    /** Whether all is sampled by version 0, whatever has been published since. */
    public boolean ofTheBeginning() {
        return ofTheBeginning;
    }
}
