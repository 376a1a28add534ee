// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.torch.Tensor;

/**
 * The loss of one micro-batch.
 *
 * @param loss scalar to backpropagate, already divided by the denominator
 * @param sums metrics as sums over the trained tokens, or their largest value where the name begins with max, in the
 *     order of {@link ObjectiveLoss#metricNames}; NaN where the trajectories do not carry what a metric is made of
 */
public record LossResult(Tensor loss, double[] sums) {}
