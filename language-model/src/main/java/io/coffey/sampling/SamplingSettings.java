// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

/**
 * How a completion is sampled and what is recorded of the model's own distribution (temperature 1, whole vocabulary).
 *
 * @param temperature divides the logits; 0 is greedy
 * @param topK keep the k likeliest tokens; 0 keeps all
 * @param topP keep the smallest set of tokens with this mass; 1 keeps all
 * @param maxNewTokens length limit of the completion
 * @param topTokens how many of the likeliest tokens to record at each position
 * @param entropy whether to record the entropy of each position
 */
public record SamplingSettings(
        float temperature, int topK, float topP, int maxNewTokens, int topTokens, boolean entropy) {

    public SamplingSettings {
        require(temperature >= 0 && Float.isFinite(temperature), "temperature must be 0 or more", temperature);
        require(topK >= 0, "topK must be 0 (all) or more", topK);
        require(topP > 0 && topP <= 1, "topP must be in (0, 1]", topP);
        require(maxNewTokens > 0, "maxNewTokens must be 1 or more", maxNewTokens);
        require(topTokens >= 0, "topTokens must be 0 (none) or more", topTokens);
    }

    /** Samples of the model's own distribution, with nothing more recorded. */
    public static SamplingSettings plain(int maxNewTokens) {
        return new SamplingSettings(1, 0, 1, maxNewTokens, 0, false);
    }

    /** The likeliest token at each position. */
    public static SamplingSettings greedy(int maxNewTokens) {
        return new SamplingSettings(0, 0, 1, maxNewTokens, 0, false);
    }

    /** Whether the distribution sampled differs from the model's own. */
    public boolean isProcessed() {
        return temperature != 1 || topK != 0 || topP != 1;
    }

    private static void require(boolean holds, String what, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("sampling " + what + ", found " + found);
        }
    }
}
