// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import org.jspecify.annotations.Nullable;

/**
 * A teacher's response beside the student's own to the same prompt.
 *
 * @param runId run it belongs to
 * @param promptId prompt both answer
 * @param promptTokens token ids of the prompt
 * @param chosen token ids of the teacher's response
 * @param rejected token ids of the student's response
 * @param chosenFinish why the teacher's response ended
 * @param rejectedFinish why the student's response ended
 * @param rejectedVersion policy version that sampled the student's response
 * @param tokenizerFingerprint tokenizer of the ids
 * @param referenceRevision digest of the reference weights; absent until they scored the pair
 * @param referenceChosen sum of the reference's log-probabilities over the chosen response; absent until scored
 * @param referenceRejected the same over the rejected response; absent until scored
 */
public record PreferencePair(
        String runId,
        String promptId,
        int[] promptTokens,
        int[] chosen,
        int[] rejected,
        FinishReason chosenFinish,
        FinishReason rejectedFinish,
        long rejectedVersion,
        String tokenizerFingerprint,
        @Nullable String referenceRevision,
        @Nullable Double referenceChosen,
        @Nullable Double referenceRejected) {}
