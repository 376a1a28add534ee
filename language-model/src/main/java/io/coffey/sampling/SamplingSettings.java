// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import java.util.List;
import java.util.Set;

/**
 * How a completion is sampled, when it ends, and what is recorded of the model's own distribution (temperature 1, whole
 * vocabulary). What changes the distribution is applied in the order of Hugging Face's processors: repetition penalty,
 * temperature, top-k, top-p, min-p.
 *
 * @param temperature divides the logits; 0 is greedy
 * @param topK keep the k likeliest tokens; 0 keeps all
 * @param topP keep the smallest set of tokens with this mass; 1 keeps all
 * @param minP keep the tokens with at least this share of the likeliest one's probability; 0 keeps all
 * @param repetitionPenalty divides the positive logits of tokens in the prompt or the completion so far, and multiplies
 *     the negative ones; 1 changes nothing
 * @param maxNewTokens length limit of the completion
 * @param stopTokens token ids that end the completion, besides the model's own
 * @param stopStrings texts that end the completion; see {@link Completion#text}
 * @param topTokens how many of the likeliest tokens to record at each position
 * @param entropy whether to record the entropy of each position
 * @param alternatives how many further tokens to draw at each position from the model's own distribution, and record
 */
public record SamplingSettings(
        float temperature,
        int topK,
        float topP,
        float minP,
        float repetitionPenalty,
        int maxNewTokens,
        Set<Integer> stopTokens,
        List<String> stopStrings,
        int topTokens,
        boolean entropy,
        int alternatives) {

    public SamplingSettings {
        require(temperature >= 0 && Float.isFinite(temperature), "temperature must be 0 or more", temperature);
        require(topK >= 0, "topK must be 0 (all) or more", topK);
        require(topP > 0 && topP <= 1, "topP must be in (0, 1]", topP);
        require(minP >= 0 && minP <= 1, "minP must be in [0, 1]", minP);
        require(
                repetitionPenalty > 0 && Float.isFinite(repetitionPenalty),
                "repetitionPenalty must be positive",
                repetitionPenalty);
        require(maxNewTokens > 0, "maxNewTokens must be 1 or more", maxNewTokens);
        stopTokens = Set.copyOf(stopTokens);
        stopStrings = List.copyOf(stopStrings);
        require(!stopStrings.contains(""), "stopStrings must not be empty", "\"\"");
        require(topTokens >= 0, "topTokens must be 0 (none) or more", topTokens);
        require(alternatives >= 0, "alternatives must be 0 (none) or more", alternatives);
    }

    /** Without min-p, repetition penalty, stops of its own and alternatives. */
    public SamplingSettings(float temperature, int topK, float topP, int maxNewTokens, int topTokens, boolean entropy) {
        this(temperature, topK, topP, 0, 1, maxNewTokens, Set.of(), List.of(), topTokens, entropy, 0);
    }

    /** The same with so many alternatives. */
    public SamplingSettings withAlternatives(int count) {
        return new SamplingSettings(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                maxNewTokens,
                stopTokens,
                stopStrings,
                topTokens,
                entropy,
                count);
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
        return temperature != 1 || topK != 0 || topP != 1 || minP != 0 || repetitionPenalty != 1;
    }

    private static void require(boolean holds, String what, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("sampling " + what + ", found " + found);
        }
    }
}
