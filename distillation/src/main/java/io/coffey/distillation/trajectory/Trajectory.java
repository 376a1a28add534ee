// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A completion sampled from one prompt. All arrays are indexed by completion position: 0 is the first completion token,
 * predicted from the last prompt token.
 *
 * @param runId run it belongs to
 * @param request number of the request it answers
 * @param sample which of the request's samples
 * @param promptId prompt it completes
 * @param promptTokens token ids of the prompt
 * @param tokens token ids of the completion, the stop token included, [T]
 * @param mask 1 where a token is trained, 0 elsewhere, [T]
 * @param behaviorLogProbs log-probability of each token under the weights that sampled it, full vocabulary, temperature
 *     1, [T]
 * @param processedLogProbs log-probability of each token under the distribution it was drawn from, after temperature
 *     and truncation, [T]; absent when that is the model's own
 * @param versions policy version of each token, as runs that add up to T
 * @param origin whose tokens these are
 * @param sampling how they were sampled
 * @param seed seed of the request
 * @param finishReason why it ended
 * @param tokenizerFingerprint tokenizer of the ids
 * @param workerId who sampled it
 * @param studentTop the student's likeliest tokens at each position, as recorded at rollout time; absent when not asked
 *     for
 * @param studentEntropy entropy of the student's distribution in nats, [T]; absent when not asked for
 * @param alternatives further tokens drawn at every position with their behavior log-probabilities, for multi-sample
 *     objectives; absent when not asked for
 * @param failure why there are no tokens, when the finish reason is FAILED
 */
public record Trajectory(
        String runId,
        long request,
        int sample,
        String promptId,
        int[] promptTokens,
        int[] tokens,
        byte[] mask,
        float[] behaviorLogProbs,
        float @Nullable [] processedLogProbs,
        List<VersionRun> versions,
        Origin origin,
        Sampling sampling,
        long seed,
        FinishReason finishReason,
        String tokenizerFingerprint,
        String workerId,
        @Nullable TopTokens studentTop,
        float @Nullable [] studentEntropy,
        @Nullable TopTokens alternatives,
        @Nullable String failure) {

    /** Spelt out, not compact: there javac 17 loses which array parameters may be null. */
    public Trajectory(
            String runId,
            long request,
            int sample,
            String promptId,
            int[] promptTokens,
            int[] tokens,
            byte[] mask,
            float[] behaviorLogProbs,
            float @Nullable [] processedLogProbs,
            List<VersionRun> versions,
            Origin origin,
            Sampling sampling,
            long seed,
            FinishReason finishReason,
            String tokenizerFingerprint,
            String workerId,
            @Nullable TopTokens studentTop,
            float @Nullable [] studentEntropy,
            @Nullable TopTokens alternatives,
            @Nullable String failure) {
        this.runId = runId;
        this.request = request;
        this.sample = sample;
        this.promptId = promptId;
        this.promptTokens = promptTokens;
        this.tokens = tokens;
        this.mask = mask;
        this.behaviorLogProbs = behaviorLogProbs;
        this.processedLogProbs = processedLogProbs;
        this.versions = List.copyOf(versions);
        this.origin = origin;
        this.sampling = sampling;
        this.seed = seed;
        this.finishReason = finishReason;
        this.tokenizerFingerprint = tokenizerFingerprint;
        this.workerId = workerId;
        this.studentTop = studentTop;
        this.studentEntropy = studentEntropy;
        this.alternatives = alternatives;
        this.failure = failure;
        String subject = "trajectory " + id(request, sample);
        int length = tokens.length;
        Require.length(subject, "mask entries", length, mask.length);
        Require.length(subject, "behavior log-probabilities", length, behaviorLogProbs.length);
        Require.lengthIfPresent(subject, "processed log-probabilities", length, processedLogProbs);
        Require.lengthIfPresent(subject, "student entropies", length, studentEntropy);
        if (studentTop != null) {
            Require.length(subject, "rows of student top tokens", length, studentTop.length());
        }
        if (alternatives != null) {
            Require.length(subject, "rows of alternatives", length, alternatives.length());
        }
        long covered = this.versions.stream().mapToLong(VersionRun::count).sum();
        Require.that(covered == length, "%s has %d tokens but %d policy versions", subject, length, covered);
        Require.that(
                (finishReason == FinishReason.FAILED) == (length == 0),
                "%s has %d tokens and finish reason %s: only a failed one is empty",
                subject,
                length,
                finishReason);
    }

    /** The identity of a sample: the same when a worker has to sample it again. */
    public static String id(long request, int sample) {
        return request + "." + sample;
    }

    public String id() {
        return id(request, sample);
    }

    /** The number of completion tokens, T. */
    public int length() {
        return tokens.length;
    }

    /** The number of completion tokens that the mask lets train. */
    public int trainedTokens() {
        int trained = 0;
        for (byte trains : mask) {
            trained += trains == 0 ? 0 : 1;
        }
        return trained;
    }

    public boolean failed() {
        return finishReason == FinishReason.FAILED;
    }

    /** The oldest policy version that sampled one of its tokens; the newest possible when there are none. */
    public long oldestVersion() {
        return versions.stream().mapToLong(VersionRun::version).min().orElse(Long.MAX_VALUE);
    }

    /** A trajectory without tokens that gives the credit of a request back, with the reason. */
    public static Trajectory failed(RolloutRequest request, int sample, String workerId, String failure) {
        return new Trajectory(
                request.runId(),
                request.number(),
                sample,
                request.promptId(),
                request.promptTokens(),
                new int[0],
                new byte[0],
                new float[0],
                null,
                List.of(),
                request.origin(),
                request.sampling(),
                request.seed(),
                FinishReason.FAILED,
                request.tokenizerFingerprint(),
                workerId,
                null,
                null,
                null,
                failure);
    }
}
