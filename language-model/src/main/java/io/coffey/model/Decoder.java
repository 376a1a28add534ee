// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The decoder network without its parameters: each method is one call of {@code decoder.py}, beside this class.
 *
 * <p>Stateless, and shared by threads; lives as long as the process. Weights are the tensors of a {@link WeightsLayout}
 * in its order. Results belong to the scope given.
 */
public final class Decoder {

    /** Lengths of sequences are rounded up to a multiple of this, so that equal sequences meet equal kernels. */
    public static final int BUCKET = 16;

    private final DecoderConfig config;
    private final Precision precision;
    private final Script script;
    private final Tensor rope;

    /** A decoder in full precision. */
    public Decoder(DecoderConfig config) {
        this(config, Precision.F32);
    }

    /**
     * A decoder.
     *
     * @param precision what its matrices are multiplied in; weights of any precision fit, and are rounded when used
     */
    public Decoder(DecoderConfig config, Precision precision) {
        this.config = config;
        this.precision = precision;
        this.script = Script.resource(Decoder.class, "decoder.py", DecoderConstants.of(config, precision));
        this.rope = Rope.frequencies(config);
    }

    /** The architecture. */
    public DecoderConfig config() {
        return config;
    }

    /** What its matrices are multiplied in. */
    public Precision precision() {
        return precision;
    }

    /** Weights of this decoder in its precision; as {@link Weights#fromBytes(DecoderConfig, ByteBuffer)}. */
    public Weights weights(ByteBuffer canonical) {
        return Weights.fromBytes(config, canonical, precision);
    }

    /** The length, rounded up to a multiple of {@link #BUCKET}. */
    public static int bucket(int length) {
        return (length + BUCKET - 1) / BUCKET * BUCKET;
    }

    /**
     * What the decoder reads to predict a completion: prompt and completion without its last token. The prediction of
     * completion token t is at position {@code prompt.length - 1 + t}.
     *
     * @throws IllegalArgumentException if the whole is longer than the decoder's longest sequence
     */
    public int[] inputs(int[] prompt, int[] completion) {
        if (prompt.length + completion.length > config.maxLength()) {
            throw new IllegalArgumentException("%d prompt and %d completion tokens are longer than the model's %d"
                    .formatted(prompt.length, completion.length, config.maxLength()));
        }
        int[] inputs = Arrays.copyOf(prompt, prompt.length + completion.length - 1);
        System.arraycopy(completion, 0, inputs, prompt.length, completion.length - 1);
        return inputs;
    }

    /**
     * Token rows padded to a rectangle, i64 [rows, length].
     *
     * @param sequences not more than {@code rows}; missing ones become dummies
     * @throws IllegalArgumentException if a token is outside the vocabulary
     */
    public Tensor ids(TensorScope scope, List<int[]> sequences, int rows, int length) {
        long[] ids = new long[rows * length];
        for (int row = 0; row < sequences.size(); row++) {
            int[] tokens = sequences.get(row);
            for (int i = 0; i < tokens.length; i++) {
                if (tokens[i] < 0 || tokens[i] >= config.vocabularySize()) {
                    throw new IllegalArgumentException("token %d at position %d is outside the vocabulary of %d"
                            .formatted(tokens[i], i, config.vocabularySize()));
                }
                ids[row * length + i] = tokens[i];
            }
        }
        return scope.longs(ids, rows, length);
    }

    /**
     * What the head reads at some positions, recorded for {@link io.coffey.torch.Gradients#backward}.
     *
     * @param ids [B, T]
     * @param rows positions counted through the flattened [B T], [N]
     * @return [N, C]
     */
    public Tensor statesWithGradient(TensorScope scope, List<Tensor> weights, Tensor ids, Tensor rows) {
        return script.callWithGradient(scope, "states", weights, rope, ids, rows)
                .get(0);
    }

    /** The input of the first layer, recorded: ids [B, T] to [B, T, C]. */
    public Tensor embeddedWithGradient(TensorScope scope, List<Tensor> weights, Tensor ids) {
        return script.callWithGradient(scope, "embedded", weights, ids).get(0);
    }

    /** The output of one layer, recorded: [B, T, C] to [B, T, C]. */
    public Tensor layerWithGradient(TensorScope scope, List<Tensor> weights, Tensor input, int layer) {
        return script.callWithGradient(scope, "layer", weights, rope, input, scope.integer(layer))
                .get(0);
    }

    /** Of the last layer's output [B, T, C] the positions that the head reads, [N], recorded: [N, C]. */
    public Tensor pickedWithGradient(TensorScope scope, Tensor hidden, Tensor rows) {
        return script.callWithGradient(scope, "picked", hidden, rows).get(0);
    }

    /** Next-token logits of {@code count} rows of states [N, C] from {@code first} on, recorded: [count, V]. */
    public Tensor logitsWithGradient(TensorScope scope, List<Tensor> weights, Tensor states, int first, int count) {
        Tensor bounds = scope.longs(new long[] {first, count}, 2);
        return script.callWithGradient(scope, "some_logits", weights, states, bounds)
                .get(0);
    }

    /**
     * Next-token logits at some positions, not recorded: ids [B, T], rows as {@link #statesWithGradient} [N], to [N,
     * V].
     */
    public Tensor logits(TensorScope scope, List<Tensor> weights, Tensor ids, Tensor rows) {
        return script.call(scope, "logits", weights, rope, ids, rows).get(0);
    }

    /** Final hidden states of whole sequences: ids [B, T] to [B, T, C]. */
    public Tensor hidden(TensorScope scope, List<Tensor> weights, Tensor ids) {
        return script.call(scope, "hidden", weights, rope, ids).get(0);
    }

    /**
     * Next-token log-probabilities at some positions of hidden states.
     *
     * @param hidden [B, T, C]
     * @param rows positions counted through the flattened [B T], [N]
     * @param targets a token for each row, [N, 1]
     * @return all log-probabilities, [N, V], and those of the targets, [N]
     */
    public List<Tensor> logProbs(TensorScope scope, List<Tensor> weights, Tensor hidden, Tensor rows, Tensor targets) {
        return script.call(scope, "log_probs", weights, hidden, rows, targets);
    }

    /** Of log-probabilities [N, V], those of some ids, [N, K]. */
    public Tensor at(TensorScope scope, Tensor logProbs, Tensor ids) {
        return script.call(scope, "at", logProbs, ids).get(0);
    }

    /** Of log-probabilities [N, V], the largest in falling order, f32 [N, count], and their ids, [N, count]. */
    public List<Tensor> top(TensorScope scope, Tensor logProbs, int count) {
        return script.call(scope, "top", logProbs, scope.integer(count));
    }

    /** Exact entropy in nats of each row of log-probabilities [N, V]: f32 [N]. */
    public Tensor entropy(TensorScope scope, Tensor logProbs) {
        return script.call(scope, "entropy", logProbs).get(0);
    }

    /** Puts keys and values of whole prompts into the cache: ids [B, T], a slot for each row [B]. */
    public void prefill(TensorScope scope, List<Tensor> weights, KeyValueCache cache, Tensor ids, Tensor slots) {
        script.call(scope, "prefill", weights, rope, cache.tensors(), ids, slots);
    }

    /**
     * Decodes one position for every slot.
     *
     * @param tokensAndPositions i64 [2, S]
     * @param length how much of the cache is looked at: a multiple of {@link #BUCKET} above every position
     * @return next-token logits [S, V]
     */
    public Tensor decode(
            TensorScope scope, List<Tensor> weights, KeyValueCache cache, Tensor tokensAndPositions, int length) {
        return script.call(scope, "decode", weights, rope, cache.tensors(), tokensAndPositions, scope.integer(length))
                .get(0);
    }

    /** The tensors of a cache that has seen nothing. */
    List<Tensor> emptyCache(TensorScope scope, int slots, int capacity) {
        return script.call(scope, "empty", rope, scope.ints(new int[] {slots, capacity}, 2));
    }

    /** A cache's tensors with room for more positions. */
    List<Tensor> grown(TensorScope scope, List<Tensor> cache, int capacity) {
        return script.call(scope, "grown", cache, scope.integer(capacity));
    }
}
