// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import io.coffey.model.Decoder;
import io.coffey.model.KeyValueCache;
import io.coffey.model.Weights;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Samples completions by continuous batching: a fixed number of slots, each decoding its own request; a slot that
 * finishes takes the next.
 *
 * <p>A completion's bits depend on its request, the weights and the number of slots alone. That is why the decoder
 * always sees all slots, idle ones holding a dummy, why lengths go by multiples of 16, and why prompts are read in
 * rectangles of a fixed number of rows for their length. Sampling noise is a function of the request's seed and the
 * position.
 *
 * <p>For one thread; knows no clock.
 */
public final class Generator implements AutoCloseable {

    /** Tokens of one rectangle of prompts. */
    private static final int PREFILL_TOKENS = 256;

    private final Decoder decoder;
    private final @Nullable Tokenizer tokenizer;
    private final KeyValueCache cache;
    private final @Nullable PartnerDecoding partner;
    private final @Nullable Draft[] slots;
    private final Set<Integer> stopTokens;
    private final List<Integer> admitted = new ArrayList<>();
    private @Nullable Weights weights;
    private long version;

    /** A generator without weights, of tokens only. */
    public Generator(Decoder decoder, int slots) {
        this(decoder, slots, null, null);
    }

    /**
     * A generator without weights.
     *
     * @param slots requests decoded at once
     * @param tokenizer gives completions their text, and knows stop strings; the caller keeps it
     */
    public Generator(Decoder decoder, int slots, @Nullable Tokenizer tokenizer) {
        this(decoder, slots, tokenizer, null);
    }

    /**
     * A generator without weights, of tokens only.
     *
     * @param partner has a say in the tokens of requests that give it a share
     */
    public Generator(Decoder decoder, int slots, Partner partner) {
        this(decoder, slots, null, partner);
    }

    private Generator(Decoder decoder, int slots, @Nullable Tokenizer tokenizer, @Nullable Partner partner) {
        if (slots < 1) {
            throw new IllegalArgumentException("a generator needs 1 slot or more, found " + slots);
        }
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.cache = new KeyValueCache(decoder, slots);
        this.partner = partner == null ? null : new PartnerDecoding(partner, decoder, slots);
        this.slots = new @Nullable Draft[slots];
        this.stopTokens = Set.copyOf(decoder.config().stopTokens());
    }

    /**
     * Decodes with these weights from the next step on, requests in flight included. The caller keeps them, and closes
     * them when another version is in use.
     */
    public void use(Weights newWeights, long newVersion) {
        this.weights = newWeights;
        this.version = newVersion;
    }

    /** How many more requests can be admitted now. */
    public int freeSlots() {
        return slots.length - active();
    }

    /** Requests admitted and not finished. */
    public int active() {
        int active = 0;
        for (Draft draft : slots) {
            active += draft == null ? 0 : 1;
        }
        return active;
    }

    /** {@link #admit(GenerationRequest, Consumer)} of a request whose text nobody reads as it grows. */
    public void admit(GenerationRequest request) {
        admit(request, piece -> {});
    }

    /**
     * Gives a request a slot.
     *
     * @param reader is given the text in pieces, within {@link #step}, as soon as no later token can change them; all
     *     of them together are {@link Completion#text}
     * @throws IllegalStateException if no slot is free
     * @throws IllegalArgumentException if the prompt and the length limit exceed the decoder's longest sequence, or the
     *     request needs what this generator has not
     */
    public void admit(GenerationRequest request, Consumer<String> reader) {
        int length = request.prompt().length + request.settings().maxNewTokens();
        require(request, length);
        int slot = Arrays.asList(slots).indexOf(null);
        if (slot < 0) {
            throw new IllegalStateException(
                    "request %d found all %d slots taken".formatted(request.ticket(), slots.length));
        }
        cache.reserve(Decoder.bucket(length));
        if (partner != null) {
            partner.reserve(Decoder.bucket(length));
        }
        slots[slot] = new Draft(
                request,
                tokenizer == null
                        ? null
                        : new CompletionText(
                                tokenizer.stream(request.prompt()),
                                request.settings().stopStrings(),
                                reader));
        admitted.add(slot);
    }

    private void require(GenerationRequest request, int length) {
        int longest = longest();
        if (length > longest) {
            throw new IllegalArgumentException(
                    "request %d takes %d prompt tokens and up to %d new ones, the model has %d"
                            .formatted(
                                    request.ticket(),
                                    request.prompt().length,
                                    request.settings().maxNewTokens(),
                                    longest));
        }
        int vocabulary = decoder.config().vocabularySize();
        for (int token : request.prompt()) {
            if (token < 0 || token >= vocabulary) {
                throw new IllegalArgumentException("request %d has token %d in its prompt, outside the vocabulary of %d"
                        .formatted(request.ticket(), token, vocabulary));
            }
        }
        if (request.settings().topTokens() > vocabulary) {
            throw new IllegalArgumentException("request %d records %d top tokens, the vocabulary has %d"
                    .formatted(request.ticket(), request.settings().topTokens(), vocabulary));
        }
        if (request.partnerShare() > 0 && partner == null) {
            throw new IllegalArgumentException("request %d gives a partner a share of %s, and the generator has none"
                    .formatted(request.ticket(), request.partnerShare()));
        }
        if (tokenizer == null && !request.settings().stopStrings().isEmpty()) {
            throw new IllegalArgumentException("request %d has stop strings %s, and the generator no tokenizer"
                    .formatted(request.ticket(), request.settings().stopStrings()));
        }
    }

    private int longest() {
        int own = decoder.config().maxLength();
        return partner == null ? own : Math.min(own, partner.maxLength());
    }

    /**
     * Reads the prompts of what was admitted and decodes one token for every active slot.
     *
     * @return what finished, in the order of slots
     * @throws IllegalStateException if no weights were given
     */
    public List<Completion> step() {
        if (weights == null) {
            throw new IllegalStateException("a generator needs weights before its first step: call use");
        }
        if (active() == 0) {
            return List.of();
        }
        try (TensorScope scope = TensorScope.open()) {
            prefill(scope, weights);
            decode(scope, weights);
        }
        return finished();
    }

    @Override
    public void close() {
        cache.close();
        if (partner != null) {
            partner.close();
        }
    }

    /** All tokens of a prompt but the last, which is the first to be decoded. */
    private void prefill(TensorScope scope, Weights current) {
        Map<Integer, List<Integer>> slotsByLength = new TreeMap<>();
        for (int slot : admitted) {
            int length = Decoder.bucket(draft(slot).request().prompt().length - 1);
            if (length > 0) {
                slotsByLength.computeIfAbsent(length, key -> new ArrayList<>()).add(slot);
            }
        }
        admitted.clear();
        slotsByLength.forEach((length, members) -> {
            int rows = Math.max(1, PREFILL_TOKENS / length);
            for (int from = 0; from < members.size(); from += rows) {
                List<Integer> part = members.subList(from, Math.min(from + rows, members.size()));
                prefill(scope, current, part, rows, length);
            }
        });
    }

    private void prefill(TensorScope scope, Weights current, List<Integer> members, int rows, int length) {
        List<int[]> prompts = new ArrayList<>();
        int[] target = new int[rows];
        Arrays.fill(target, slots.length);
        for (int row = 0; row < members.size(); row++) {
            int[] prompt = draft(members.get(row)).request().prompt();
            prompts.add(Arrays.copyOf(prompt, prompt.length - 1));
            target[row] = members.get(row);
        }
        Tensor ids = decoder.ids(scope, prompts, rows, length);
        Tensor targets = scope.ints(target, rows);
        decoder.prefill(scope, current.tensors(), cache, ids, targets);
        if (partner != null) {
            partner.prefill(scope, ids, targets);
        }
    }

    private void decode(TensorScope scope, Weights current) {
        int count = slots.length;
        long[] at = new long[2 * count];
        int length = 0;
        for (int slot = 0; slot < count; slot++) {
            Draft draft = slots[slot];
            at[slot] = draft == null ? 0 : draft.lastToken();
            at[count + slot] = draft == null ? 0 : draft.position();
            length = Math.max(length, (int) at[count + slot] + 1);
        }
        Tensor tokens = scope.longs(at, 2, count);
        Tensor logits = decoder.decode(scope, current.tensors(), cache, tokens, Decoder.bucket(length));
        Sampler.Samples samples;
        if (partner == null) {
            samples = Sampler.sample(scope, slots, logits);
            record(scope, samples.all());
        } else {
            Tensor own = Sampler.logProbs(scope, logits);
            Tensor mixed = partner.mixed(scope, own, tokens, Decoder.bucket(length), slots);
            samples = Sampler.sample(scope, slots, mixed);
            record(scope, own);
        }
        Sampler.drawAlternatives(scope, slots, samples.all());
        for (int slot = 0; slot < count; slot++) {
            Draft draft = slots[slot];
            if (draft != null) {
                draft.add(
                        samples.tokens()[slot],
                        samples.logProbs()[slot],
                        samples.logProbs()[count + slot],
                        version,
                        stopTokens);
            }
        }
    }

    /**
     * Top tokens and entropy from the model's log-probabilities [S, V], once for each number that some slot asks for.
     */
    private void record(TensorScope scope, Tensor logProbs) {
        Set<Integer> topCounts = new TreeSet<>();
        boolean entropy = false;
        for (Draft draft : slots) {
            if (draft != null) {
                topCounts.add(draft.settings().topTokens());
                entropy |= draft.settings().entropy();
            }
        }
        topCounts.remove(0);
        for (int topCount : topCounts) {
            List<Tensor> top = decoder.top(scope, logProbs, topCount);
            float[] values = top.get(0).floatArray();
            int[] ids = top.get(1).intArray();
            for (int slot = 0; slot < slots.length; slot++) {
                Draft draft = slots[slot];
                if (draft != null && draft.settings().topTokens() == topCount) {
                    draft.recordTop(slot, ids, values);
                }
            }
        }
        if (entropy) {
            float[] values = decoder.entropy(scope, logProbs).floatArray();
            for (int slot = 0; slot < slots.length; slot++) {
                Draft draft = slots[slot];
                if (draft != null && draft.settings().entropy()) {
                    draft.recordEntropy(values[slot]);
                }
            }
        }
    }

    private List<Completion> finished() {
        List<Completion> finished = new ArrayList<>();
        for (int slot = 0; slot < slots.length; slot++) {
            Draft draft = slots[slot];
            if (draft == null) {
                continue;
            }
            if (draft.isComplete()) {
                finished.add(draft.completion());
                slots[slot] = null;
            }
        }
        return finished;
    }

    private Draft draft(int slot) {
        Draft draft = slots[slot];
        if (draft == null) {
            throw new IllegalStateException("slot " + slot + " is idle");
        }
        return draft;
    }
}
