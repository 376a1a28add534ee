// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The order, names and shapes of a decoder's parameters, and the tensors of a Hugging Face directory that each is made
 * of.
 *
 * <p>Matrices that read the same input are one matrix here: query, key and value rows below each other, gate and up
 * rows below each other. An entry is therefore the concatenation, along the first axis, of its sources in their order.
 * A tied head has no entry.
 *
 * <pre>
 * embedding                     [V, C]              model.embed_tokens.weight
 * layers.i.attention_norm       [C]                 model.layers.i.input_layernorm.weight
 * layers.i.query_key_value      [(H + 2 KV) D, C]   model.layers.i.self_attn.{q,k,v}_proj.weight
 * layers.i.query_norm           [D]                 model.layers.i.self_attn.q_norm.weight, where heads have a norm
 * layers.i.key_norm             [D]                 model.layers.i.self_attn.k_norm.weight, where heads have a norm
 * layers.i.attention_output     [C, H D]            model.layers.i.self_attn.o_proj.weight
 * layers.i.feed_forward_norm    [C]                 model.layers.i.post_attention_layernorm.weight
 * layers.i.gate_up              [2 F, C]            model.layers.i.mlp.{gate,up}_proj.weight
 * layers.i.down                 [C, F]              model.layers.i.mlp.down_proj.weight
 * norm                          [C]                 model.norm.weight
 * head                          [V, C]              lm_head.weight, only where not tied
 * </pre>
 *
 * <p>A bias has the name of its matrix or norm with {@code _bias}, and follows it. GPT-2 has {@code positions}
 * [longest, C] after the embedding, one matrix {@code up} in place of {@code gate_up}, and stores the matrices of its
 * layers transposed.
 */
public final class WeightsLayout {

    /**
     * One parameter.
     *
     * @param name its name here
     * @param shape its axes, outermost first
     * @param sources the Hugging Face tensors it is made of
     */
    public record Entry(String name, List<Long> shape, List<Source> sources) {

        public Entry {
            shape = List.copyOf(shape);
            sources = List.copyOf(sources);
        }

        /** The axes as torch takes them. */
        public long[] dimensions() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        /** Number of elements. */
        public long size() {
            return Arrays.stream(dimensions()).reduce(1, Math::multiplyExact);
        }

        /** The axes that a source must have in its file: its own rows, the entry's other axes. */
        List<Long> stored(Source source) {
            List<Long> axes = new ArrayList<>(shape);
            axes.set(0, source.rows());
            if (source.transposed()) {
                Collections.reverse(axes);
            }
            return axes;
        }

        /** Whether it is added to what a matrix or norm gives. */
        boolean isBias() {
            return name.endsWith(BIAS);
        }
    }

    /**
     * A tensor of a Hugging Face directory.
     *
     * @param name its name there
     * @param rows length of its first axis, after the turn if it is transposed
     * @param transposed whether the file has its two axes the other way round
     */
    public record Source(String name, long rows, boolean transposed) {

        /** A tensor that is used as it is stored. */
        public Source(String name, long rows) {
            this(name, rows, false);
        }
    }

    /** What the name of a bias adds to that of its matrix or norm. */
    static final String BIAS = "_bias";

    private final List<Entry> entries;

    private WeightsLayout(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The layout of a decoder. */
    public static WeightsLayout of(DecoderConfig config) {
        return new WeightsLayout(
                switch (config.features().body()) {
                    case LLAMA -> new LlamaTensors(config).entries();
                    case GPT2 -> new Gpt2Tensors(config).entries();
                });
    }

    /** The parameters in canonical order. */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * The place of the entry of that name among the entries.
     *
     * @throws IllegalArgumentException if there is none
     */
    int indexOf(String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("this decoder has no parameter " + name);
    }

    /** Number of parameters, counted one by one. */
    public long size() {
        return entries.stream().mapToLong(Entry::size).reduce(0, Math::addExact);
    }

    /** Bytes of the canonical f32 stream. */
    public long byteCount() {
        return Math.multiplyExact(size(), Float.BYTES);
    }

    static Entry vector(String name, Source... sources) {
        return new Entry(name, List.of(rows(sources)), List.of(sources));
    }

    static Entry matrix(String name, long columns, Source... sources) {
        return new Entry(name, List.of(rows(sources), columns), List.of(sources));
    }

    private static long rows(Source... sources) {
        return Arrays.stream(sources).mapToLong(Source::rows).sum();
    }
}
