// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A completion in the making: what a slot holds. */
final class Draft {

    private final GenerationRequest request;
    private final @Nullable CompletionText text;
    private final int[] tokens;
    private final float[] logProbs;
    private final float[] processedLogProbs;
    private final long[] versions;
    private final int[] topIds;
    private final float[] topLogProbs;
    private final float[] entropy;
    private final int[] alternativeIds;
    private final float[] alternativeLogProbs;
    private final BitSet seen = new BitSet();
    private int length;
    private boolean stopped;

    Draft(GenerationRequest request, @Nullable CompletionText text) {
        SamplingSettings settings = request.settings();
        int limit = settings.maxNewTokens();
        this.request = request;
        this.text = text;
        tokens = new int[limit];
        logProbs = new float[limit];
        processedLogProbs = new float[limit];
        versions = new long[limit];
        topIds = new int[limit * settings.topTokens()];
        topLogProbs = new float[limit * settings.topTokens()];
        entropy = new float[settings.entropy() ? limit : 0];
        alternativeIds = new int[limit * settings.alternatives()];
        alternativeLogProbs = new float[limit * settings.alternatives()];
        for (int token : request.prompt()) {
            seen.set(token);
        }
    }

    GenerationRequest request() {
        return request;
    }

    SamplingSettings settings() {
        return request.settings();
    }

    /** The token to be decoded next. */
    int lastToken() {
        return length == 0 ? request.prompt()[request.prompt().length - 1] : tokens[length - 1];
    }

    /** The position of {@link #lastToken}. */
    int position() {
        return request.prompt().length - 1 + length;
    }

    /** The uniform number that decides the next token. */
    double uniform() {
        return Uniforms.at(request.seed(), length);
    }

    /** The uniform number that decides an alternative of the next token, from 0. */
    double uniform(int alternative) {
        return Uniforms.at(request.seed(), length, alternative + 1);
    }

    /** The tokens that a repetition penalty touches, if there is one. */
    BitSet penalized() {
        return settings().repetitionPenalty() == 1 ? new BitSet() : seen;
    }

    /** What the model says of the position about to be added: row {@code slot} of ids and log-probabilities [S, K]. */
    void recordTop(int slot, int[] ids, float[] values) {
        int count = settings().topTokens();
        System.arraycopy(ids, slot * count, topIds, length * count, count);
        System.arraycopy(values, slot * count, topLogProbs, length * count, count);
    }

    /** What was drawn beside the position about to be added: row {@code slot} of ids and log-probabilities [S, A]. */
    void recordAlternatives(int slot, int[] ids, float[] values) {
        int count = settings().alternatives();
        System.arraycopy(ids, slot * count, alternativeIds, length * count, count);
        System.arraycopy(values, slot * count, alternativeLogProbs, length * count, count);
    }

    void recordEntropy(float value) {
        entropy[length] = value;
    }

    /** Adds a sampled token. */
    void add(int token, float logProb, float processedLogProb, long version, Set<Integer> stopTokens) {
        tokens[length] = token;
        logProbs[length] = logProb;
        processedLogProbs[length] = processedLogProb;
        versions[length] = version;
        length++;
        seen.set(token);
        stopped = stopTokens.contains(token) || settings().stopTokens().contains(token);
        if (text != null) {
            stopped |= text.add(token);
            stopped |= isComplete() && text.end();
        }
    }

    boolean isComplete() {
        return stopped || length == tokens.length;
    }

    Completion completion() {
        int top = length * settings().topTokens();
        int alternatives = length * settings().alternatives();
        return new Completion(
                request.ticket(),
                Arrays.copyOf(tokens, length),
                Arrays.copyOf(logProbs, length),
                Arrays.copyOf(processedLogProbs, length),
                Arrays.copyOf(versions, length),
                stopped,
                text == null ? null : text.text(),
                settings().topTokens() == 0 ? null : Arrays.copyOf(topIds, top),
                settings().topTokens() == 0 ? null : Arrays.copyOf(topLogProbs, top),
                settings().entropy() ? entropyOfLength() : null,
                alternatives == 0 ? null : Arrays.copyOf(alternativeIds, alternatives),
                alternatives == 0 ? null : Arrays.copyOf(alternativeLogProbs, alternatives));
    }

    private float @Nullable [] entropyOfLength() {
        return Arrays.copyOf(entropy, length);
    }
}
