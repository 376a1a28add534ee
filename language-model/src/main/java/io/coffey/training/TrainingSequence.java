// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

/**
 * A prompt and the completion that is learned from.
 *
 * @param prompt token ids, at least one
 * @param completion token ids, [T], at least one
 */
public record TrainingSequence(int[] prompt, int[] completion) {

    public TrainingSequence {
        if (prompt.length == 0 || completion.length == 0) {
            throw new IllegalArgumentException(
                    "a training sequence needs 1 prompt and 1 completion token or more, found %d and %d"
                            .formatted(prompt.length, completion.length));
        }
    }
}
