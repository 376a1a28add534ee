// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;

/**
 * The loss of a micro-batch as a function of the model's logits: a sum over its completion tokens, so that it can be
 * computed some tokens at a time.
 */
@FunctionalInterface
public interface TokenLoss {

    /**
     * Computes the share of some tokens in the loss by {@link io.coffey.torch.Script#callWithGradient}. Completion
     * tokens are numbered through the micro-batch, sequence by sequence; calls come in rising order and together cover
     * each token once.
     *
     * @param scope owns what is made on the way
     * @param logits a row for each of the tokens, [N, V]
     * @param first number of the first of them
     * @return the scalar to backpropagate, already divided by the denominator of the whole optimiser batch
     */
    Tensor loss(TensorScope scope, Tensor logits, int first);

    /**
     * Whether the loss may be computed some tokens at a time; otherwise one call has them all, and takes the memory
     * that their logits need.
     */
    default boolean separable() {
        return true;
    }
}
