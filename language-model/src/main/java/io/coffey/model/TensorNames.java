// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.util.Set;
import java.util.regex.Pattern;

/** What a model's files call their tensors: GPT-2's come with and without a prefix. */
final class TensorNames {

    /** What older files store although it follows from the config: rotary frequencies, causal masks. */
    private static final Pattern LLAMA_BUFFERS = Pattern.compile(".*\\.rotary_emb\\.inv_freq");

    private static final Pattern GPT2_BUFFERS = Pattern.compile("(transformer\\.)?h\\.\\d+\\.attn\\.(masked_)?bias");

    private final DecoderConfig config;
    private final boolean bare;

    private TensorNames(DecoderConfig config, boolean bare) {
        this.config = config;
        this.bare = bare;
    }

    /** Names as Hugging Face writes them today. */
    static TensorNames of(DecoderConfig config) {
        return new TensorNames(config, false);
    }

    /** The names that some files use. */
    static TensorNames of(DecoderConfig config, Set<String> found) {
        boolean gpt2 = config.features().body() == DecoderFeatures.Body.GPT2;
        return new TensorNames(config, gpt2 && found.stream().noneMatch(name -> name.startsWith(Gpt2Tensors.PREFIX)));
    }

    /** The name of a source in the files. */
    String stored(WeightsLayout.Source source) {
        String name = source.name();
        return bare && name.startsWith(Gpt2Tensors.PREFIX) ? name.substring(Gpt2Tensors.PREFIX.length()) : name;
    }

    /** Whether a tensor says nothing that the config does not: also a head that is the embedding. */
    boolean isDerived(String name) {
        Pattern buffers = config.features().body() == DecoderFeatures.Body.GPT2 ? GPT2_BUFFERS : LLAMA_BUFFERS;
        return buffers.matcher(name).matches() || (config.tiedEmbeddings() && name.equals("lm_head.weight"));
    }
}
