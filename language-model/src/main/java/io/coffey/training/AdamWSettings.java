// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

/**
 * Settings of AdamW (Loshchilov and Hutter, 2019). The decay applies to every parameter.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay share of the weights, times the learning rate, that a step takes away
 * @param maxGradientNorm larger global norms are scaled down to this; infinite for no limit
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {

    public AdamWSettings {
        require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1)", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1)", beta2);
        require(epsilon > 0, "epsilon must be above 0", epsilon);
        require(weightDecay >= 0, "weightDecay must be 0 or more", weightDecay);
        require(maxGradientNorm > 0, "maxGradientNorm must be above 0", maxGradientNorm);
    }

    /** The usual settings: betas 0.9 and 0.999, epsilon 1e-8, no decay, norm 1. */
    public static AdamWSettings defaults() {
        return new AdamWSettings(0.9, 0.999, 1e-8, 0, 1);
    }

    private static void require(boolean holds, String what, double found) {
        if (!holds) {
            throw new IllegalArgumentException("AdamW " + what + ", found " + found);
        }
    }
}
