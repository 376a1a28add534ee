// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The parameters of a decoder with the body of Llama, and what Hugging Face calls them. */
final class LlamaTensors {

    private final DecoderConfig config;
    private final List<WeightsLayout.Entry> entries = new ArrayList<>();

    LlamaTensors(DecoderConfig config) {
        this.config = config;
    }

    List<WeightsLayout.Entry> entries() {
        long width = config.hiddenSize();
        WeightsLayout.Source vocabulary =
                new WeightsLayout.Source("model.embed_tokens.weight", config.vocabularySize());
        entries.add(WeightsLayout.matrix("embedding", width, vocabulary));
        for (int i = 0; i < config.layers(); i++) {
            addLayer("layers." + i + ".", "model.layers." + i + ".");
        }
        entries.add(WeightsLayout.vector("norm", new WeightsLayout.Source("model.norm.weight", width)));
        if (!config.tiedEmbeddings()) {
            entries.add(WeightsLayout.matrix(
                    "head", width, new WeightsLayout.Source("lm_head.weight", config.vocabularySize())));
        }
        return entries;
    }

    private void addLayer(String to, String from) {
        DecoderFeatures features = config.features();
        long width = config.hiddenSize();
        long head = config.headSize();
        long queries = config.heads() * head;
        long keys = config.keyValueHeads() * head;
        long inner = config.intermediateSize();
        String attention = from + "self_attn.";
        entries.add(WeightsLayout.vector(
                to + "attention_norm", new WeightsLayout.Source(from + "input_layernorm.weight", width)));
        addProjection(
                to + "query_key_value",
                width,
                features.queryKeyValueBias(),
                new WeightsLayout.Source(attention + "q_proj", queries),
                new WeightsLayout.Source(attention + "k_proj", keys),
                new WeightsLayout.Source(attention + "v_proj", keys));
        if (features.headNorm()) {
            entries.add(WeightsLayout.vector(
                    to + "query_norm", new WeightsLayout.Source(attention + "q_norm.weight", head)));
            entries.add(
                    WeightsLayout.vector(to + "key_norm", new WeightsLayout.Source(attention + "k_norm.weight", head)));
        }
        addProjection(
                to + "attention_output",
                queries,
                features.attentionOutputBias(),
                new WeightsLayout.Source(attention + "o_proj", width));
        entries.add(WeightsLayout.vector(
                to + "feed_forward_norm", new WeightsLayout.Source(from + "post_attention_layernorm.weight", width)));
        addProjection(
                to + "gate_up",
                width,
                features.feedForwardBias(),
                new WeightsLayout.Source(from + "mlp.gate_proj", inner),
                new WeightsLayout.Source(from + "mlp.up_proj", inner));
        addProjection(
                to + "down",
                inner,
                features.feedForwardBias(),
                new WeightsLayout.Source(from + "mlp.down_proj", width));
    }

    private void addProjection(String name, long columns, boolean bias, WeightsLayout.Source... parts) {
        entries.add(WeightsLayout.matrix(name, columns, named(".weight", parts)));
        if (bias) {
            entries.add(WeightsLayout.vector(name + WeightsLayout.BIAS, named(".bias", parts)));
        }
    }

    private static WeightsLayout.Source[] named(String suffix, WeightsLayout.Source... parts) {
        return Stream.of(parts)
                .map(part -> new WeightsLayout.Source(part.name() + suffix, part.rows()))
                .toArray(WeightsLayout.Source[]::new);
    }
}
