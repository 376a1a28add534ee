// SPDX-License-Identifier: Apache-2.0
package io.coffey.console;

import java.util.Map;

/**
 * How far the roles of a run are: rollout, scorer and trainer, in this order.
 *
 * @param lag by role: offsets of its input that it has not committed yet, the markers of transactions included
 * @param taken by role: offsets of its input that it has committed since the run began, markers included
 * @param versions by role: policy version of the newest tokens that it sampled or scored; roles that have written
 *     nothing, and the trainer, are left out
 * @param deadLetters by topic: records that nobody could use and nobody dealt with; topics without any are left out
 */
public record RoleStates(
        Map<String, Long> lag, Map<String, Long> taken, Map<String, Long> versions, Map<String, Long> deadLetters) {

    /** Reads rollout-requests, writes trajectories. */
    public static final String ROLLOUT = "rollout";
    /** Reads trajectories, writes scored-trajectories. */
    public static final String SCORER = "scorer";
    /** Reads scored-trajectories, writes the ledger. */
    public static final String TRAINER = "trainer";
}
