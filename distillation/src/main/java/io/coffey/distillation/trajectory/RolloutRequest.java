// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * A credit to sample: which prompt, how often, how, and from which weights. All that decides the curriculum is in it,
 * so the log holds every decision.
 *
 * @param runId run that dispatched it
 * @param number position in the run's dispatch order, from 0; a redone request keeps its number
 * @param promptId prompt to complete
 * @param promptTokens token ids of the prompt
 * @param samples completions to sample, N
 * @param origin whose completions: the student's, the teacher's for the student to read, or those of both together
 * @param sampling how to sample them
 * @param seed seed of the request; sample i uses seed and i, so that a redone sample is the same
 * @param policyVersion version the rollout needs
 * @param versionRule whether that version exactly or at least
 * @param studentTopK how many of the student's likeliest tokens to record per position; 0 for none
 * @param studentEntropy whether to record the student's entropy per position
 * @param alternatives how many further tokens to draw at every position, from the model's own distribution; 0 for none
 * @param tokenizerFingerprint tokenizer that made the prompt's ids
 */
public record RolloutRequest(
        String runId,
        long number,
        String promptId,
        int[] promptTokens,
        int samples,
        Origin origin,
        Sampling sampling,
        long seed,
        long policyVersion,
        VersionRule versionRule,
        int studentTopK,
        boolean studentEntropy,
        int alternatives,
        String tokenizerFingerprint) {

    /** How the policy version of a request binds. */
    public enum VersionRule {
        /** Sample wholly with this version: the run is repeatable. */
        EXACT,
        /** Sample with this version or a newer one, and take newer weights between tokens. */
        AT_LEAST
    }

    public RolloutRequest {
        Require.that(number >= 0, "request number must be 0 or more, found %d", number);
        Require.that(promptTokens.length > 0, "request %d has no prompt tokens", number);
        Require.that(samples > 0, "request %d asks for %d samples, expected 1 or more", number, samples);
        Require.that(studentTopK >= 0, "request %d asks for top %d, expected 0 or more", number, studentTopK);
        Require.that(
                alternatives >= 0, "request %d asks for %d alternatives, expected 0 or more", number, alternatives);
    }

    /** A request for the student's own completions. */
    public RolloutRequest(
            String runId,
            long number,
            String promptId,
            int[] promptTokens,
            int samples,
            Sampling sampling,
            long seed,
            long policyVersion,
            VersionRule versionRule,
            int studentTopK,
            boolean studentEntropy,
            int alternatives,
            String tokenizerFingerprint) {
        this(
                runId,
                number,
                promptId,
                promptTokens,
                samples,
                Origin.STUDENT,
                sampling,
                seed,
                policyVersion,
                versionRule,
                studentTopK,
                studentEntropy,
                alternatives,
                tokenizerFingerprint);
    }
}
