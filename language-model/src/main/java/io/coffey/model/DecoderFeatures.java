// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

/**
 * Where a decoder departs from the plain Llama.
 *
 * @param body norms, positions and feed-forward layers
 * @param queryKeyValueBias whether the query, key and value projections have a bias
 * @param attentionOutputBias whether the projection of the heads' outputs has one
 * @param feedForwardBias whether the matrices of the feed-forward layers have one
 * @param headNorm whether each query and key head has an RMS norm, before it is rotated
 * @param window how many positions, its own included, one attends to; 0 for all before it
 * @param ropeScaling stretches the rotary embedding
 */
public record DecoderFeatures(
        Body body,
        boolean queryKeyValueBias,
        boolean attentionOutputBias,
        boolean feedForwardBias,
        boolean headNorm,
        int window,
        RopeScaling ropeScaling) {

    /** The plain Llama. */
    public static final DecoderFeatures LLAMA =
            new DecoderFeatures(Body.LLAMA, false, false, false, false, 0, RopeScaling.NONE);

    /** GPT-2. */
    public static final DecoderFeatures GPT2 =
            new DecoderFeatures(Body.GPT2, true, true, true, false, 0, RopeScaling.NONE);

    /** What goes together in every family. */
    public enum Body {
        /** RMS norms, rotary positions, feed-forward layers gated by SiLU. */
        LLAMA,
        /** Layer norms with a bias, learned positions, feed-forward layers with GELU (its tanh form). */
        GPT2
    }

    public DecoderFeatures {
        if (window < 0) {
            throw new IllegalArgumentException("the window must be 0 (none) or more, found " + window);
        }
        if (body == Body.GPT2 && (headNorm || !ropeScaling.equals(RopeScaling.NONE))) {
            throw new IllegalArgumentException("a GPT-2 body has neither norms of heads nor rotary positions");
        }
    }
}
