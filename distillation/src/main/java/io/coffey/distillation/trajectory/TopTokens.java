// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * A few tokens per completion position with their log-probabilities: natural log, normalised over the full vocabulary
 * at temperature 1, never renormalised over the support.
 *
 * @param k tokens per position, K
 * @param ids token ids, row-major [T, K]
 * @param logProbs log-probability of each id, row-major [T, K]
 */
public record TopTokens(int k, int[] ids, float[] logProbs) {

    public TopTokens {
        Require.that(k > 0, "top tokens need k of 1 or more, found %d", k);
        Require.that(
                ids.length == logProbs.length && ids.length % k == 0,
                "top tokens of k=%d need as many ids as log-probabilities and a multiple of k, found %d and %d",
                k,
                ids.length,
                logProbs.length);
    }

    /** The number of completion positions, T. */
    public int length() {
        return ids.length / k;
    }
}
