// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.ArrayList;
import java.util.Arrays;
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
 * layers.i.attention_output     [C, H D]            model.layers.i.self_attn.o_proj.weight
 * layers.i.feed_forward_norm    [C]                 model.layers.i.post_attention_layernorm.weight
 * layers.i.gate_up              [2 F, C]            model.layers.i.mlp.{gate,up}_proj.weight
 * layers.i.down                 [C, F]              model.layers.i.mlp.down_proj.weight
 * norm                          [C]                 model.norm.weight
 * head                          [V, C]              lm_head.weight, only where not tied
 * </pre>
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

        /** The axes that a source must have: its own rows, the entry's other axes. */
        public long[] dimensions(Source source) {
            long[] dimensions = dimensions();
            dimensions[0] = source.rows();
            return dimensions;
        }
    }

    /**
     * A tensor of a Hugging Face directory.
     *
     * @param name its name there
     * @param rows length of its first axis
     */
    public record Source(String name, long rows) {}

    private final List<Entry> entries;

    private WeightsLayout(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The layout of a decoder. */
    public static WeightsLayout of(DecoderConfig config) {
        List<Entry> entries = new ArrayList<>();
        long width = config.hiddenSize();
        long queries = (long) config.heads() * config.headSize();
        long keys = (long) config.keyValueHeads() * config.headSize();
        long inner = config.intermediateSize();
        entries.add(matrix("embedding", width, new Source("model.embed_tokens.weight", config.vocabularySize())));
        for (int i = 0; i < config.layers(); i++) {
            String to = "layers." + i + ".";
            String from = "model.layers." + i + ".";
            entries.add(vector(to + "attention_norm", from + "input_layernorm.weight", width));
            entries.add(matrix(
                    to + "query_key_value",
                    width,
                    new Source(from + "self_attn.q_proj.weight", queries),
                    new Source(from + "self_attn.k_proj.weight", keys),
                    new Source(from + "self_attn.v_proj.weight", keys)));
            entries.add(matrix(to + "attention_output", queries, new Source(from + "self_attn.o_proj.weight", width)));
            entries.add(vector(to + "feed_forward_norm", from + "post_attention_layernorm.weight", width));
            entries.add(matrix(
                    to + "gate_up",
                    width,
                    new Source(from + "mlp.gate_proj.weight", inner),
                    new Source(from + "mlp.up_proj.weight", inner)));
            entries.add(matrix(to + "down", inner, new Source(from + "mlp.down_proj.weight", width)));
        }
        entries.add(vector("norm", "model.norm.weight", width));
        if (!config.tiedEmbeddings()) {
            entries.add(matrix("head", width, new Source("lm_head.weight", config.vocabularySize())));
        }
        return new WeightsLayout(entries);
    }

    /** The parameters in canonical order. */
    public List<Entry> entries() {
        return entries;
    }

    /** Number of parameters, counted one by one. */
    public long size() {
        return entries.stream().mapToLong(Entry::size).reduce(0, Math::addExact);
    }

    /** Bytes of the canonical f32 stream. */
    public long byteCount() {
        return Math.multiplyExact(size(), Float.BYTES);
    }

    private static Entry vector(String name, String source, long size) {
        return new Entry(name, List.of(size), List.of(new Source(source, size)));
    }

    private static Entry matrix(String name, long columns, Source... sources) {
        long rows = Arrays.stream(sources).mapToLong(Source::rows).sum();
        return new Entry(name, List.of(rows, columns), List.of(sources));
    }
}
