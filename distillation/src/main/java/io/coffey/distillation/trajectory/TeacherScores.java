// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import org.jspecify.annotations.Nullable;

/**
 * What one teacher says of one trajectory: raw log-probabilities, never a ready-made reward, so that one log serves
 * every objective. The trainer forms advantages with the student's current weights.
 *
 * @param teacherId which teacher
 * @param revision digest of its weights
 * @param tokenizerFingerprint its tokenizer, which must be the trajectory's
 * @param contextHash hash of the privileged context it saw; absent when it saw the prompt alone
 * @param logProbs log-probability of each completion token, full vocabulary, temperature 1, [T]
 * @param logRatios log-ratio reward {@code logProbs - behaviorLogProbs}, for watching and strictly fresh use, [T]
 * @param top the teacher's likeliest tokens; absent when not asked for
 * @param atStudentTop log-probability of the student's top tokens, row-major [T, K of the student]; absent when not
 *     asked for
 * @param atAlternatives log-probability of the trajectory's alternatives, row-major [T, N]; absent when there are none
 * @param entropy exact entropy of the teacher's distribution in nats, [T]; absent when not asked for
 */
public record TeacherScores(
        String teacherId,
        String revision,
        String tokenizerFingerprint,
        @Nullable String contextHash,
        float[] logProbs,
        float[] logRatios,
        @Nullable TopTokens top,
        float @Nullable [] atStudentTop,
        float @Nullable [] atAlternatives,
        float @Nullable [] entropy) {

    /** Spelt out, not compact: there javac 17 loses which array parameters may be null. */
    public TeacherScores(
            String teacherId,
            String revision,
            String tokenizerFingerprint,
            @Nullable String contextHash,
            float[] logProbs,
            float[] logRatios,
            @Nullable TopTokens top,
            float @Nullable [] atStudentTop,
            float @Nullable [] atAlternatives,
            float @Nullable [] entropy) {
        this.teacherId = teacherId;
        this.revision = revision;
        this.tokenizerFingerprint = tokenizerFingerprint;
        this.contextHash = contextHash;
        this.logProbs = logProbs;
        this.logRatios = logRatios;
        this.top = top;
        this.atStudentTop = atStudentTop;
        this.atAlternatives = atAlternatives;
        this.entropy = entropy;
        String subject = "score of teacher " + teacherId;
        Require.length(subject, "log-ratios", logProbs.length, logRatios.length);
        Require.lengthIfPresent(subject, "entropies", logProbs.length, entropy);
        if (top != null) {
            Require.length(subject, "rows of top tokens", logProbs.length, top.length());
        }
    }
}
