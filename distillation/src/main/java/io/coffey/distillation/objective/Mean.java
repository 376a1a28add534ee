// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

/** Over what the loss of an optimiser batch is the mean. */
enum Mean {
    /** Every trained token counts the same, so that long trajectories count more. */
    TOKENS,
    /** Every trajectory counts the same: the mean over trajectories of the mean over its tokens. */
    SEQUENCES,
    /** The mean over trajectories of the sum over its tokens, so that a step grows with their length. */
    SEQUENCE_SUMS;

    /** Declares the setting {@code mean}; returns what {@code ${MEAN}} of {@code shared.py} stands for. */
    static String of(SettingsBinder binder) {
        return SettingsBinder.word(binder.choice(
                "mean",
                TOKENS,
                "whether each token or each trajectory of the optimiser batch counts the same, or trajectories add up"
                        + " their tokens"));
    }
}
