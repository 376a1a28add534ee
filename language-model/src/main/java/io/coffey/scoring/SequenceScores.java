// SPDX-License-Identifier: Apache-2.0
package io.coffey.scoring;

import org.jspecify.annotations.Nullable;

/**
 * The scores of one completion: natural logs, temperature 1, whole vocabulary.
 *
 * @param logProbs of each completion token, [T]
 * @param topIds the likeliest tokens, likeliest first, [T, K] row-major; null where not asked for
 * @param topLogProbs their log-probabilities, [T, K]
 * @param gathered log-probabilities of the ids asked for, [T, G]; null where not asked for
 * @param entropy in nats, [T]; null where not asked for
 */
public record SequenceScores(
        float[] logProbs,
        int @Nullable [] topIds,
        float @Nullable [] topLogProbs,
        float @Nullable [] gathered,
        float @Nullable [] entropy) {}
