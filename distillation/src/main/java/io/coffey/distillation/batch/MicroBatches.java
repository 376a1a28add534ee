// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.ArrayList;
import java.util.List;

/** Cuts an optimiser batch into micro-batches that fit in memory. */
public final class MicroBatches {

    private MicroBatches() {}

    /**
     * Cuts a batch, in order, so that each part takes no more tokens than the budget when its sequences are padded to
     * its longest, prompts included. A sequence longer than the budget is a part of its own, and a pair is never cut.
     * Equal input gives equal parts.
     *
     * @param tokenBudget padded tokens of a part, 1 or more
     */
    public static List<List<ScoredTrajectory>> split(List<ScoredTrajectory> batch, int tokenBudget) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException("token budget of a micro-batch must be 1 or more, found " + tokenBudget);
        }
        List<List<ScoredTrajectory>> parts = new ArrayList<>();
        List<ScoredTrajectory> part = new ArrayList<>();
        long longest = 0;
        int sequences = 0;
        for (ScoredTrajectory scored : batch) {
            int length = scored.longestSequence();
            longest = Math.max(longest, length);
            if (!part.isEmpty() && (sequences + scored.responses()) * longest > tokenBudget) {
                parts.add(List.copyOf(part));
                part.clear();
                longest = length;
                sequences = 0;
            }
            part.add(scored);
            sequences += scored.responses();
        }
        if (!part.isEmpty()) {
            parts.add(List.copyOf(part));
        }
        return parts;
    }
}
