// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import io.coffey.model.Decoder;
import io.coffey.model.KeyValueCache;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Partner} keeps of the sequences of a generator, slot by slot, and what it says of their next tokens.
 */
final class PartnerDecoding implements AutoCloseable {

    private final Partner partner;
    private final KeyValueCache cache;

    /**
     * @param decoder the generator's
     * @throws IllegalArgumentException if the two have different vocabularies
     */
    PartnerDecoding(Partner partner, Decoder decoder, int slots) {
        int own = decoder.config().vocabularySize();
        int found = partner.decoder().config().vocabularySize();
        if (found != own) {
            throw new IllegalArgumentException(
                    "a partner needs the generator's vocabulary of %d, found %d".formatted(own, found));
        }
        this.partner = partner;
        this.cache = new KeyValueCache(partner.decoder(), slots);
    }

    /** The longest sequence it can follow. */
    int maxLength() {
        return partner.decoder().config().maxLength();
    }

    /** Makes room for sequences of a length. */
    void reserve(int length) {
        cache.reserve(length);
    }

    /** Reads prompts as {@link Decoder#prefill}. */
    void prefill(TensorScope scope, Tensor ids, Tensor slots) {
        partner.decoder().prefill(scope, partner.weights().tensors(), cache, ids, slots);
    }

    /**
     * Decodes one position for every slot as {@link Decoder#decode} and mixes.
     *
     * @param own log-probabilities of the generator's model, [S, V]
     * @param drafts say the partner's share, null where idle, [S]
     * @return the logarithm of the mixture, [S, V]
     */
    Tensor mixed(TensorScope scope, Tensor own, Tensor tokensAndPositions, int length, @Nullable Draft[] drafts) {
        double[] shares = new double[drafts.length];
        for (int slot = 0; slot < drafts.length; slot++) {
            Draft draft = drafts[slot];
            shares[slot] = draft == null ? 0 : draft.request().partnerShare();
        }
        Tensor logits = partner.decoder().decode(scope, partner.weights().tensors(), cache, tokensAndPositions, length);
        return Sampler.mixed(scope, own, logits, shares);
    }

    @Override
    public void close() {
        cache.close();
    }
}
