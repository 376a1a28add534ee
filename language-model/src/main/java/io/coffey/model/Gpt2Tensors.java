// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.ArrayList;
import java.util.List;

/** The parameters of a GPT-2, and what Hugging Face calls them; the matrices of its layers are stored transposed. */
final class Gpt2Tensors {

    /** The beginning of every name but the head's; older files do without it. */
    static final String PREFIX = "transformer.";

    private final DecoderConfig config;
    private final List<WeightsLayout.Entry> entries = new ArrayList<>();

    Gpt2Tensors(DecoderConfig config) {
        this.config = config;
    }

    List<WeightsLayout.Entry> entries() {
        long width = config.hiddenSize();
        entries.add(WeightsLayout.matrix(
                "embedding", width, new WeightsLayout.Source(PREFIX + "wte.weight", config.vocabularySize())));
        entries.add(WeightsLayout.matrix(
                "positions", width, new WeightsLayout.Source(PREFIX + "wpe.weight", config.maxLength())));
        for (int i = 0; i < config.layers(); i++) {
            String to = "layers." + i + ".";
            String from = PREFIX + "h." + i + ".";
            addNorm(to + "attention_norm", from + "ln_1");
            addProjection(to + "query_key_value", from + "attn.c_attn", width, 3 * width);
            addProjection(to + "attention_output", from + "attn.c_proj", width, width);
            addNorm(to + "feed_forward_norm", from + "ln_2");
            addProjection(to + "up", from + "mlp.c_fc", width, config.intermediateSize());
            addProjection(to + "down", from + "mlp.c_proj", config.intermediateSize(), width);
        }
        addNorm("norm", PREFIX + "ln_f");
        if (!config.tiedEmbeddings()) {
            entries.add(WeightsLayout.matrix(
                    "head", width, new WeightsLayout.Source("lm_head.weight", config.vocabularySize())));
        }
        return entries;
    }

    private void addNorm(String name, String source) {
        entries.add(WeightsLayout.vector(name, new WeightsLayout.Source(source + ".weight", config.hiddenSize())));
        addBias(name, source, config.hiddenSize());
    }

    private void addProjection(String name, String source, long inputs, long outputs) {
        entries.add(WeightsLayout.matrix(name, inputs, new WeightsLayout.Source(source + ".weight", outputs, true)));
        addBias(name, source, outputs);
    }

    private void addBias(String name, String source, long size) {
        entries.add(WeightsLayout.vector(name + WeightsLayout.BIAS, new WeightsLayout.Source(source + ".bias", size)));
    }
}
