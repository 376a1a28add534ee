// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * What makes a trajectory one half of a preference pair: the teacher's response to the same prompt, and how likely the
 * reference finds both. The trajectory itself is the response that is not preferred.
 *
 * @param chosen token ids of the teacher's response, the stop token included
 * @param referenceChosen sum of the reference's log-probabilities over the chosen response, in nats
 * @param referenceRejected the same over the trajectory
 */
public record PreferencePair(int[] chosen, double referenceChosen, double referenceRejected) {

    public PreferencePair {
        Require.that(chosen.length > 0, "the chosen response of a pair has no tokens");
        Require.that(
                Double.isFinite(referenceChosen) && Double.isFinite(referenceRejected),
                "a pair's sums of the reference's log-probabilities are %s and %s, expected finite ones",
                referenceChosen,
                referenceRejected);
    }
}
