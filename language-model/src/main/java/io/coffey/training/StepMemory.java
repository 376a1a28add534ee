// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

/**
 * How a training step trades memory for time.
 *
 * @param lossChunkTokens most completion tokens whose logits exist at once; the logits of a step take this many times
 *     the vocabulary, however long its sequences. Decides how sums are rounded, so it is part of a run's identity
 * @param recompute whether activations within a layer are forgotten after the forward pass and computed again on the
 *     way back: about a third more work for the memory of one layer instead of all. Changes no result
 */
public record StepMemory(int lossChunkTokens, boolean recompute) {

    /** The default of {@link #lossChunkTokens}. */
    public static final int DEFAULT_LOSS_CHUNK_TOKENS = 256;

    public StepMemory {
        if (lossChunkTokens < 1) {
            throw new IllegalArgumentException("lossChunkTokens: expected 1 or more, found " + lossChunkTokens);
        }
    }

    /** Chunks of {@value #DEFAULT_LOSS_CHUNK_TOKENS} tokens, activations kept. */
    public static StepMemory defaults() {
        return new StepMemory(DEFAULT_LOSS_CHUNK_TOKENS, false);
    }
}
