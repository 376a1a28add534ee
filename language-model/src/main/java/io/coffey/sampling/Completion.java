// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import org.jspecify.annotations.Nullable;

/**
 * A finished completion. Log-probabilities are natural logs.
 *
 * @param ticket the request's
 * @param tokens token ids, the stop token included, or all of those that spell a stop string and may spell more: what
 *     was sampled is never cut, and log-probabilities align with it, [T]
 * @param logProbs of each token under the model: temperature 1, whole vocabulary, [T]
 * @param processedLogProbs of each token under the distribution it was sampled from, [T]
 * @param versions version of the weights that gave each token, [T]
 * @param stopped whether it ended with a stop token or a stop string rather than at the length limit
 * @param text that goes on the prompt's, without special tokens, cut before the stop string; null if the generator has
 *     no tokenizer
 * @param topIds the likeliest tokens under the model, likeliest first, [T, K] row-major; null where not asked for
 * @param topLogProbs their log-probabilities, [T, K]
 * @param entropy of the model's distribution in nats, [T]; null where not asked for
 * @param alternativeIds further tokens drawn from the model's own distribution, [T, A] row-major; null where not asked
 *     for
 * @param alternativeLogProbs their log-probabilities, [T, A]
 */
public record Completion(
        long ticket,
        int[] tokens,
        float[] logProbs,
        float[] processedLogProbs,
        long[] versions,
        boolean stopped,
        @Nullable String text,
        int @Nullable [] topIds,
        float @Nullable [] topLogProbs,
        float @Nullable [] entropy,
        int @Nullable [] alternativeIds,
        float @Nullable [] alternativeLogProbs) {}
