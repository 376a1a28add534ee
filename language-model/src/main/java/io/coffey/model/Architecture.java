// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The families of decoders that are supported, by the names that Hugging Face gives them. */
enum Architecture {
    LLAMA("LlamaForCausalLM", "llama"),
    MISTRAL("MistralForCausalLM", "mistral"),
    QWEN2("Qwen2ForCausalLM", "qwen2"),
    QWEN3("Qwen3ForCausalLM", "qwen3"),
    GPT2("GPT2LMHeadModel", "gpt2");

    /** What the families with one body have in common. */
    private static final class Keys {
        static final Set<String> LLAMA_BODY = Set.of(
                "vocab_size",
                "hidden_size",
                "intermediate_size",
                "num_hidden_layers",
                "num_attention_heads",
                "num_key_value_heads",
                "head_dim",
                "max_position_embeddings",
                "rms_norm_eps",
                "rope_theta",
                "rope_scaling",
                "rope_parameters",
                "layer_types",
                "tie_word_embeddings",
                "eos_token_id");

        static final Set<String> GPT2_BODY = Set.of(
                "vocab_size",
                "n_embd",
                "n_inner",
                "n_layer",
                "n_head",
                "n_positions",
                "layer_norm_epsilon",
                "activation_function",
                "tie_word_embeddings",
                "eos_token_id");
    }

    private final String className;
    private final String modelType;

    Architecture(String className, String modelType) {
        this.className = className;
        this.modelType = modelType;
    }

    /** Whether a key's value is read into the decoder's config, or is without effect in this family. */
    boolean reads(String key) {
        Set<String> own = switch (this) {
            case LLAMA -> Set.of("attention_bias", "mlp_bias");
            case MISTRAL -> Set.of("sliding_window");
            case QWEN2 -> Set.of("sliding_window", "max_window_layers");
            case QWEN3 -> Set.of("sliding_window", "max_window_layers", "attention_bias");
            case GPT2 -> Set.of();
        };
        return own.contains(key) || (this == GPT2 ? Keys.GPT2_BODY : Keys.LLAMA_BODY).contains(key);
    }

    /**
     * The architecture that a config names in {@code architectures}, or where that is missing in {@code model_type}.
     *
     * @throws ModelException if it is not supported, or the two disagree: every other key may then mean something else
     */
    static Architecture of(ConfigValues values, JsonObject json) {
        boolean named = values.has("architectures") || !values.has("model_type");
        String key = named ? "architectures" : "model_type";
        JsonElement found = json.get(key);
        for (Architecture candidate : values()) {
            if (candidate.name(named).equals(found)) {
                candidate.requireModelType(values, json.get("model_type"));
                values.throwProblems();
                return candidate;
            }
        }
        String supported = Arrays.stream(values())
                .map(candidate -> candidate.name(named).toString())
                .collect(Collectors.joining(", "));
        values.problem("%s: expected one of %s, found %s: no other architecture is supported"
                .formatted(key, supported, ConfigValues.shown(found)));
        values.throwProblems();
        throw new AssertionError("a problem was noted and not thrown");
    }

    private JsonElement name(boolean asClass) {
        if (!asClass) {
            return new JsonPrimitive(modelType);
        }
        JsonArray names = new JsonArray();
        names.add(className);
        return names;
    }

    private void requireModelType(ConfigValues values, @Nullable JsonElement found) {
        if (found != null && !found.isJsonNull() && !found.equals(new JsonPrimitive(modelType))) {
            values.problem("model_type: expected \"%s\" as architectures has it, found %s"
                    .formatted(modelType, ConfigValues.shown(found)));
        }
    }
}
