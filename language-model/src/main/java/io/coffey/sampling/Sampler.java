// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Next tokens from logits, a slot each: {@code sampler.py}, beside this class. */
final class Sampler {

    private static final Script SCRIPT = Script.resource(Sampler.class, "sampler.py", Map.of());

    /** Numbers that say how a slot is sampled. */
    private static final int NUMBERS = 6;

    private Sampler() {}

    /**
     * What was sampled for the slots.
     *
     * @param tokens [S]
     * @param logProbs of the tokens under the model, then of the tokens under the distribution sampled, [2, S]
     * @param all the model's log-probabilities, f32 [S, V]
     */
    record Samples(int[] tokens, float[] logProbs, Tensor all) {}

    /**
     * Samples a token for every slot.
     *
     * @param drafts a draft for each slot, null where idle, [S]
     * @param logits [S, V]
     */
    static Samples sample(TensorScope scope, @Nullable Draft[] drafts, Tensor logits) {
        int count = drafts.length;
        double[] how = new double[NUMBERS * count];
        BitSet rows = new BitSet(count);
        for (int slot = 0; slot < count; slot++) {
            Draft draft = drafts[slot];
            if (draft != null) {
                describe(draft, how, slot, count);
                rows.set(slot, draft.settings().isProcessed());
            }
        }
        List<Tensor> results = SCRIPT.call(
                scope,
                "sample",
                logits,
                scope.doubles(how, NUMBERS, count),
                scope.longs(rows.stream().asLongStream().toArray(), rows.cardinality()),
                seen(scope, drafts, rows));
        return new Samples(results.get(0).intArray(), results.get(1).floatArray(), results.get(2));
    }

    /** Log-probabilities of logits [S, V]. */
    static Tensor logProbs(TensorScope scope, Tensor logits) {
        return SCRIPT.call(scope, "log_probs", logits).get(0);
    }

    /**
     * The distribution that a generator and its partner make together.
     *
     * @param all log-probabilities of the generator's model, [S, V]
     * @param partnerLogits [S, V]
     * @param shares of the partner, [S]
     * @return its logarithm, [S, V]
     */
    static Tensor mixed(TensorScope scope, Tensor all, Tensor partnerLogits, double[] shares) {
        return SCRIPT.call(scope, "mixed", all, partnerLogits, scope.doubles(shares, shares.length, 1))
                .get(0);
    }

    /**
     * Draws the alternatives of every slot that asks for some, and records them. A slot's draws depend on its request's
     * seed, its position and its distribution alone.
     *
     * @param all the model's log-probabilities, [S, V]
     */
    static void drawAlternatives(TensorScope scope, @Nullable Draft[] drafts, Tensor all) {
        Set<Integer> counts = new TreeSet<>();
        for (Draft draft : drafts) {
            counts.add(draft == null ? 0 : draft.settings().alternatives());
        }
        counts.remove(0);
        for (int count : counts) {
            double[] uniforms = new double[drafts.length * count];
            for (int i = 0; i < uniforms.length; i++) {
                Draft draft = drafts[i / count];
                uniforms[i] = draft == null ? 0 : draft.uniform(i % count);
            }
            List<Tensor> drawn = SCRIPT.call(scope, "alternatives", all, scope.doubles(uniforms, drafts.length, count));
            int[] ids = drawn.get(0).intArray();
            float[] logProbs = drawn.get(1).floatArray();
            for (int slot = 0; slot < drafts.length; slot++) {
                Draft draft = drafts[slot];
                if (draft != null && draft.settings().alternatives() == count) {
                    draft.recordAlternatives(slot, ids, logProbs);
                }
            }
        }
    }

    /**
     * The log-distribution that is sampled.
     *
     * @param logits f64 [R, V]
     * @param how f64 [6, R] as the script says
     * @param seen i64 [2, N] as the script says
     * @return f64 [R, V]
     */
    static Tensor processed(TensorScope scope, Tensor logits, Tensor how, Tensor seen) {
        return SCRIPT.call(scope, "processed", logits, how, seen).get(0);
    }

    private static void describe(Draft draft, double[] how, int slot, int count) {
        SamplingSettings settings = draft.settings();
        double[] numbers = {
            draft.uniform(),
            settings.temperature(),
            settings.topK(),
            settings.topP(),
            settings.minP(),
            settings.repetitionPenalty()
        };
        for (int i = 0; i < NUMBERS; i++) {
            how[i * count + slot] = numbers[i];
        }
    }

    /** What is to be penalised: place among the rows and token, [2, N]. */
    private static Tensor seen(TensorScope scope, @Nullable Draft[] drafts, BitSet rows) {
        int[] slots = rows.stream().toArray();
        int total = 0;
        for (int slot : slots) {
            total += penalized(drafts[slot]).cardinality();
        }
        long[] seen = new long[2 * total];
        int next = 0;
        for (int row = 0; row < slots.length; row++) {
            BitSet tokens = penalized(drafts[slots[row]]);
            for (int token = tokens.nextSetBit(0); token >= 0; token = tokens.nextSetBit(token + 1)) {
                seen[next] = row;
                seen[total + next] = token;
                next++;
            }
        }
        return scope.longs(seen, 2, total);
    }

    private static BitSet penalized(@Nullable Draft draft) {
        return draft == null ? new BitSet() : draft.penalized();
    }
}
