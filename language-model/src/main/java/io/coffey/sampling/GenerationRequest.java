// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

/**
 * One completion asked for.
 *
 * @param ticket the caller's name for it; comes back with the completion
 * @param prompt token ids, at least one
 * @param seed decides the completion, together with the prompt, the settings and the weights
 */
public record GenerationRequest(long ticket, int[] prompt, SamplingSettings settings, long seed) {

    public GenerationRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException(
                    "request %d has an empty prompt: expected 1 token or more".formatted(ticket));
        }
    }
}
