// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;

/** The loss of a micro-batch as a function of the model's logits. */
@FunctionalInterface
public interface TokenLoss {

    /**
     * Computes the loss by {@link io.coffey.torch.Script#callWithGradient}.
     *
     * @param scope owns what is made on the way
     * @param logits one row for each completion token, sequence by sequence, [N, V]
     * @return the scalar to backpropagate, already divided by the denominator of the whole optimiser batch
     */
    Tensor loss(TensorScope scope, Tensor logits);
}
