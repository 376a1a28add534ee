// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

/**
 * One completion asked for.
 *
 * @param ticket the caller's name for it; comes back with the completion
 * @param prompt token ids, at least one
 * @param seed decides the completion, together with the prompt, the settings and the weights
 * @param partnerShare share of the {@link Partner} in the distribution that is sampled, from 0 to 1
 */
public record GenerationRequest(long ticket, int[] prompt, SamplingSettings settings, long seed, double partnerShare) {

    /** A completion of the generator's own model alone. */
    public GenerationRequest(long ticket, int[] prompt, SamplingSettings settings, long seed) {
        this(ticket, prompt, settings, seed, 0);
    }

    public GenerationRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException(
                    "request %d has an empty prompt: expected 1 token or more".formatted(ticket));
        }
        if (!(partnerShare >= 0 && partnerShare <= 1)) {
            throw new IllegalArgumentException("request %d gives the partner a share of %s: expected one from 0 to 1"
                    .formatted(ticket, partnerShare));
        }
    }
}
