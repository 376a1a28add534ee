// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * How a completion is sampled.
 *
 * @param temperature divides the logits; 0 is greedy
 * @param topK keep the k likeliest tokens; 0 keeps all
 * @param topP keep the smallest set of tokens with this mass; 1 keeps all
 * @param maxNewTokens length limit of the completion
 * @param studentShare share of the student in the distribution that a completion of origin MIXED is sampled from, the
 *     rest being the teacher's; 1 for other origins
 */
public record Sampling(float temperature, int topK, float topP, int maxNewTokens, float studentShare) {

    /** A completion of one writer. */
    public Sampling(float temperature, int topK, float topP, int maxNewTokens) {
        this(temperature, topK, topP, maxNewTokens, 1);
    }

    public Sampling {
        Require.that(
                temperature >= 0 && Float.isFinite(temperature),
                "sampling temperature must be 0 or more, found %s",
                temperature);
        Require.that(topK >= 0, "sampling topK must be 0 (all) or more, found %d", topK);
        Require.that(topP > 0 && topP <= 1, "sampling topP must be in (0, 1], found %s", topP);
        Require.that(maxNewTokens > 0, "sampling maxNewTokens must be 1 or more, found %d", maxNewTokens);
        Require.that(
                studentShare >= 0 && studentShare <= 1,
                "sampling studentShare must be in [0, 1], found %s",
                studentShare);
    }

    /** Whether samples come from the model's own distribution, as every policy-gradient objective demands. */
    public boolean isUnprocessed() {
        return temperature == 1 && topK == 0 && topP == 1;
    }
}
