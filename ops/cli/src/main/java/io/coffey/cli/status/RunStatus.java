// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.status;

import io.coffey.cli.report.RunHistory;
import java.util.Map;

/**
 * Where a run stands, as its topics tell. The roles are rollout, scorer and trainer, in this order.
 *
 * @param history the ledger and the evaluations, added up
 * @param lag by role: offsets of its input that it has not committed yet, the markers of transactions included
 * @param taken by role: offsets of its input that it has committed since the run began, markers included
 * @param versions by role: policy version of the newest tokens that it sampled or scored, of the trainer the newest
 *     that it published; roles that have written nothing are left out
 * @param deadLetters by topic: records that nobody could use and nobody dealt with; topics without any are left out
 */
public record RunStatus(
        RunHistory history,
        Map<String, Long> lag,
        Map<String, Long> taken,
        Map<String, Long> versions,
        Map<String, Long> deadLetters) {}
