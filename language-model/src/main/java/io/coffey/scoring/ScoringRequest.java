// SPDX-License-Identifier: Apache-2.0
package io.coffey.scoring;

import org.jspecify.annotations.Nullable;

/**
 * A completion to be scored.
 *
 * @param prompt token ids, at least one
 * @param completion token ids, [T], at least one
 * @param topK how many of the likeliest tokens to return at each position; 0 for none
 * @param gatherIds further token ids to score at each position, [T, G] row-major, or null
 * @param entropy whether to return the entropy of each position
 */
public record ScoringRequest(int[] prompt, int[] completion, int topK, int @Nullable [] gatherIds, boolean entropy) {

    // Written out: javac 17 drops a parameter's nullness from a record's compact constructor in the class file.
    public ScoringRequest(int[] prompt, int[] completion, int topK, int @Nullable [] gatherIds, boolean entropy) {
        if (prompt.length == 0 || completion.length == 0) {
            throw new IllegalArgumentException(
                    "a scored sequence needs 1 prompt and 1 completion token or more, found %d and %d"
                            .formatted(prompt.length, completion.length));
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must be 0 (none) or more, found " + topK);
        }
        if (gatherIds != null && (gatherIds.length == 0 || gatherIds.length % completion.length != 0)) {
            throw new IllegalArgumentException("a completion of %d tokens has %d ids to score: expected a multiple"
                    .formatted(completion.length, gatherIds.length));
        }
        this.prompt = prompt;
        this.completion = completion;
        this.topK = topK;
        this.gatherIds = gatherIds;
        this.entropy = entropy;
    }
}
