// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The architecture of a decoder: all that decides its mathematics, and nothing else.
 *
 * @param vocabularySize V
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers L
 * @param heads query heads, H
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize D
 * @param maxLength longest sequence, prompt and completion together
 * @param normEpsilon epsilon of the norms
 * @param ropeTheta base of the rotary embedding
 * @param tiedEmbeddings whether the output head is the embedding
 * @param stopTokens token ids that end a completion; none if every completion runs to its limit
 * @param features where it departs from the plain Llama
 */
public record DecoderConfig(
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int maxLength,
        double normEpsilon,
        double ropeTheta,
        boolean tiedEmbeddings,
        List<Integer> stopTokens,
        DecoderFeatures features) {

    public DecoderConfig {
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "%d heads cannot share %d key/value heads: not a multiple".formatted(heads, keyValueHeads));
        }
        if (features.body() == DecoderFeatures.Body.LLAMA && headSize % 2 != 0) {
            throw new IllegalArgumentException("head size must be even for rotary embeddings, found " + headSize);
        }
        stopTokens = List.copyOf(stopTokens);
    }

    /** A plain Llama. */
    public DecoderConfig(
            int vocabularySize,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int maxLength,
            double normEpsilon,
            double ropeTheta,
            boolean tiedEmbeddings,
            List<Integer> stopTokens) {
        this(
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                maxLength,
                normEpsilon,
                ropeTheta,
                tiedEmbeddings,
                stopTokens,
                DecoderFeatures.LLAMA);
    }

    /** SHA-256 of all of it, in hex: equal for weights that fit each other. */
    public String fingerprint() {
        return Weights.digest(toString().getBytes(StandardCharsets.UTF_8));
    }
}
