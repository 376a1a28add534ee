// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Set;

/** Understands a config: what it says of the mathematics, or all that is wrong with it. */
final class ConfigParser {

    private static final Set<String> GELU = Set.of("gelu_new", "gelu_pytorch_tanh");

    private final ConfigValues values;
    private final JsonObject json;

    private ConfigParser(ConfigValues values, JsonObject json) {
        this.values = values;
        this.json = json;
    }

    /**
     * What a config says of the mathematics.
     *
     * @throws ModelException if it describes a decoder that is not supported
     */
    static DecoderConfig parse(ConfigValues values, JsonObject json) {
        Architecture architecture = Architecture.of(values, json);
        ConfigKeys.check(architecture, values, json);
        ConfigParser parser = new ConfigParser(values, json);
        try {
            return architecture == Architecture.GPT2 ? parser.gpt2() : parser.llama(architecture);
        } catch (IllegalArgumentException e) {
            throw new ModelException("%s: %s".formatted(values.file(), e.getMessage()), e);
        }
    }

    private DecoderConfig llama(Architecture architecture) {
        int hiddenSize = values.size("hidden_size");
        int heads = values.size("num_attention_heads");
        int keyValueHeads = values.sizeOr("num_key_value_heads", heads);
        int headSize = values.sizeOr("head_dim", Math.max(1, hiddenSize / heads));
        int vocabularySize = values.size("vocab_size");
        int intermediateSize = values.size("intermediate_size");
        int layers = values.size("num_hidden_layers", ConfigValues.LIMIT_LAYERS);
        int maxLength = values.size("max_position_embeddings");
        double normEpsilon = values.positive("rms_norm_eps");
        RopeValues rope = RopeValues.of(values);
        boolean tied = values.flagOr("tie_word_embeddings", false);
        DecoderFeatures features = features(architecture, rope);
        List<Integer> stopTokens = values.has("eos_token_id") ? values.tokens("eos_token_id") : List.of();
        values.throwProblems(); // what follows compares values that are each sound
        requireInVocabulary(stopTokens, vocabularySize);
        if (!values.has("head_dim")) {
            requireMultiple("hidden_size", hiddenSize, "num_attention_heads", heads);
        }
        values.throwProblems();
        return new DecoderConfig(
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                maxLength,
                normEpsilon,
                rope.theta(),
                tied,
                stopTokens,
                features);
    }

    private DecoderFeatures features(Architecture architecture, RopeValues rope) {
        boolean attentionBias = architecture.reads("attention_bias") && values.flagOr("attention_bias", false);
        boolean feedForwardBias = architecture.reads("mlp_bias") && values.flagOr("mlp_bias", false);
        // In the families after Mistral the window is used only where use_sliding_window says so, which is refused.
        int window = architecture == Architecture.MISTRAL ? values.sizeOr("sliding_window", 0) : 0;
        requireLayerTypes(window > 0 ? "sliding_attention" : "full_attention");
        return new DecoderFeatures(
                DecoderFeatures.Body.LLAMA,
                attentionBias || architecture == Architecture.QWEN2,
                attentionBias,
                feedForwardBias,
                architecture == Architecture.QWEN3,
                window,
                rope.scaling());
    }

    private DecoderConfig gpt2() {
        int hiddenSize = values.size("n_embd");
        int heads = values.size("n_head");
        int vocabularySize = values.size("vocab_size");
        int intermediateSize = values.sizeOr("n_inner", 4 * hiddenSize);
        int layers = values.size("n_layer", ConfigValues.LIMIT_LAYERS);
        int maxLength = values.size("n_positions");
        double normEpsilon = values.positive("layer_norm_epsilon");
        boolean tied = values.flagOr("tie_word_embeddings", true);
        List<Integer> stopTokens = values.has("eos_token_id") ? values.tokens("eos_token_id") : List.of();
        JsonElement activation = json.get("activation_function");
        if (values.has("activation_function")
                && !(activation instanceof JsonPrimitive name && GELU.contains(name.getAsString()))) {
            values.problem("activation_function: expected \"gelu_new\", found %s: not supported"
                    .formatted(ConfigValues.shown(activation)));
        }
        values.throwProblems();
        requireInVocabulary(stopTokens, vocabularySize);
        requireMultiple("n_embd", hiddenSize, "n_head", heads);
        values.throwProblems();
        return new DecoderConfig(
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                heads,
                hiddenSize / heads,
                maxLength,
                normEpsilon,
                1,
                tied,
                stopTokens,
                DecoderFeatures.GPT2);
    }

    private void requireInVocabulary(List<Integer> stopTokens, int vocabularySize) {
        if (stopTokens.stream().anyMatch(token -> token >= vocabularySize)) {
            values.problem(
                    "eos_token_id: expected ids below vocab_size %d, found %s".formatted(vocabularySize, stopTokens));
        }
    }

    private void requireMultiple(String key, int value, String divisorKey, int divisor) {
        if (value % divisor != 0) {
            values.problem("%s: expected a multiple of %s %d, found %d".formatted(key, divisorKey, divisor, value));
        }
    }

    /** Newer files say of each layer what the older keys say of all. */
    private void requireLayerTypes(String expected) {
        if (!values.has("layer_types")) {
            return;
        }
        JsonElement found = json.get("layer_types");
        if (!(found instanceof JsonArray types)
                || !types.asList().stream().allMatch(new JsonPrimitive(expected)::equals)) {
            values.problem("layer_types: expected \"%s\" for every layer, found %s: not supported"
                    .formatted(expected, ConfigValues.shown(found)));
        }
    }
}
