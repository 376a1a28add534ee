// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.List;

/**
 * What a whole optimiser batch adds up to. A loss divides by it, whatever micro-batch it sees, so that the gradients of
 * micro-batches add up to the mean over the batch.
 *
 * @param tokens trained tokens
 * @param sequences responses that have any: one of a trajectory, two of a pair
 */
public record BatchTotals(long tokens, long sequences) {

    /** Counts what the masks let train. */
    public static BatchTotals of(List<ScoredTrajectory> batch) {
        long tokens = 0;
        long sequences = 0;
        for (ScoredTrajectory scored : batch) {
            int trained = scored.trainedTokens();
            tokens += trained;
            sequences += trained > 0 ? scored.responses() : 0;
        }
        return new BatchTotals(tokens, sequences);
    }
}
