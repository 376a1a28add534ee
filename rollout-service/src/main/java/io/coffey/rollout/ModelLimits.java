// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.RolloutRequest;
import java.util.Optional;

/**
 * What a model can be asked for.
 *
 * @param maxLength longest sequence, prompt and completion together
 * @param vocabularySize V
 * @param tokenizerFingerprint tokenizer whose ids the model knows
 * @param origin whose completions it writes
 */
record ModelLimits(int maxLength, int vocabularySize, String tokenizerFingerprint, Origin origin) {

    /** Why a request cannot be sampled by this model, in one line; empty when it can. */
    Optional<String> problem(RolloutRequest request) {
        if (request.origin() != origin) {
            return Optional.of(
                    "request %d asks for completions of %s, which this worker does not have: set rollout.teacher"
                            .formatted(
                                    request.number(),
                                    request.origin() == Origin.MIXED ? "student and teacher together" : "the teacher"));
        }
        if (!request.tokenizerFingerprint().equals(tokenizerFingerprint)) {
            return Optional.of("request %d has ids of tokenizer %s, but the student's tokenizer is %s"
                    .formatted(request.number(), request.tokenizerFingerprint(), tokenizerFingerprint));
        }
        int prompt = request.promptTokens().length;
        int completion = request.sampling().maxNewTokens();
        if ((long) prompt + completion > maxLength) {
            return Optional.of("request %d has %d prompt tokens and asks for %d new ones, but the model's context is %d"
                    .formatted(request.number(), prompt, completion, maxLength));
        }
        if (request.studentTopK() > vocabularySize) {
            return Optional.of("request %d asks for top %d, but the vocabulary has %d tokens"
                    .formatted(request.number(), request.studentTopK(), vocabularySize));
        }
        for (int token : request.promptTokens()) {
            if (token < 0 || token >= vocabularySize) {
                return Optional.of("request %d has prompt token %d, but the vocabulary has %d tokens"
                        .formatted(request.number(), token, vocabularySize));
            }
        }
        return Optional.empty();
    }
}
