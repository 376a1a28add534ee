// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import io.coffey.model.Decoder;
import io.coffey.model.Weights;

/**
 * A second model of the same vocabulary that may have a say in every token of a {@link Generator}: what is sampled is
 * the mixture of both distributions, which is the same as to let chance decide at each token which of the two samples
 * it.
 *
 * @param weights the caller keeps them open as long as the generator
 */
public record Partner(Decoder decoder, Weights weights) {}
