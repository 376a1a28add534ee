// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides about the keys of a config that say nothing to the decoder it describes.
 *
 * <p>A saved config is a bag: a dozen keys of the mathematics among settings of generation, training and whoever wrote
 * it. To refuse all that is unknown would refuse most directories people have; to ignore it would compute another model
 * than the one described without a word. So there are three rules. A key known to change the mathematics must have the
 * value that leaves it alone. A key known to be harmless may have any. And an unknown key is refused if a word of its
 * name is one that the mathematics is described in ({@code some_new_attention_scale}), unless it is null; any other is
 * kept and ignored.
 */
final class ConfigKeys {

    /** Keys that change the mathematics, and the one value, in JSON, that leaves it as it is; null always does. */
    private static final Map<String, String> NEUTRAL = Map.ofEntries(
            Map.entry("attention_bias", "false"),
            Map.entry("mlp_bias", "false"),
            Map.entry("use_qk_norm", "false"),
            Map.entry("qk_layernorm", "false"),
            Map.entry("use_sliding_window", "false"),
            Map.entry("use_mrope", "false"),
            Map.entry("rope_interleaved", "false"),
            Map.entry("use_parallel_residual", "false"),
            Map.entry("alibi", "false"),
            Map.entry("is_causal", "true"),
            Map.entry("is_encoder_decoder", "false"),
            Map.entry("add_cross_attention", "false"),
            Map.entry("scale_attn_weights", "true"),
            Map.entry("scale_attn_by_inverse_layer_idx", "false"),
            Map.entry("hidden_act", "\"silu\""),
            Map.entry("partial_rotary_factor", "1.0"),
            Map.entry("attention_multiplier", "1.0"),
            Map.entry("embedding_multiplier", "1.0"),
            Map.entry("residual_multiplier", "1.0"),
            Map.entry("logits_scaling", "1.0"),
            Map.entry("logit_scale", "1.0"),
            Map.entry("pruned_heads", "{}"),
            Map.entry("no_rope_layers", "[]"),
            Map.entry("rope_scaling", "null"),
            Map.entry("rope_parameters", "null"),
            Map.entry("sliding_window", "null"),
            Map.entry("quantization_config", "null"),
            Map.entry("compression_config", "null"),
            Map.entry("attn_logit_softcapping", "null"),
            Map.entry("final_logit_softcapping", "null"),
            Map.entry("num_local_experts", "null"),
            Map.entry("num_experts", "null"));

    /**
     * Keys whose names sound like mathematics and have no part in it: generation, training, precision of storage, heads
     * for other tasks, ways to compute the same.
     */
    private static final Set<String> HARMLESS = Set.of(
            "attn_implementation",
            "chunk_size_feed_forward",
            "cross_attention_hidden_size",
            "embd_layer_norm_init",
            "initializer_range",
            "layer_norm_init",
            "max_window_layers",
            "n_ctx",
            "neftune_noise_alpha",
            "output_attentions",
            "output_hidden_states",
            "output_router_logits",
            "pretraining_tp",
            "reorder_and_upcast_attn",
            "router_aux_loss_coef",
            "summary_activation",
            "tie_encoder_decoder",
            "use_flash_attention",
            "use_flash_attention_2");

    private static final Set<String> WORDS = Set.of(
            ("act activation alibi alpha attention attn axis base bias block bottleneck cap causal chunk clip conv cross "
                            + "depth dim embd embed embedding embeddings encoder eps epsilon expert experts factor ff ffn gate "
                            + "gated gelu glu group groups head heads hidden inner kernel key kv lambda latent layer "
                            + "layernorm layers logit logits long mamba mask memory mixer mixture mlp moe mscale mtp "
                            + "multiplier mup norm normalize ntk parallel position positional positions proj projection qk "
                            + "qkv query rank recurrent relu residual rms rmsnorm rope rotary router routed scale scaled "
                            + "scales scaling share shared silu size skip sliding smoothing softcap softcapping softmax "
                            + "sparse sparsity ssm stack state swiglu theta tie tied value values width window windows yarn")
                    .split(" "));

    private ConfigKeys() {}

    /** Notes a problem for each key that may change the mathematics and that the architecture does not read. */
    static void check(Architecture architecture, ConfigValues values, JsonObject json) {
        for (String key : new TreeSet<>(json.keySet())) {
            JsonElement found = json.get(key);
            if (architecture.reads(key) || found.isJsonNull()) {
                continue;
            }
            String neutral = NEUTRAL.get(key);
            if (neutral != null) {
                requireNeutral(values, key, JsonParser.parseString(neutral), found);
            } else if (!HARMLESS.contains(key) && soundsMathematical(key)) {
                values.problem("%s: expected no such key, found %s: it is unknown, and may change the mathematics"
                        .formatted(key, ConfigValues.shown(found)));
            }
        }
    }

    private static void requireNeutral(ConfigValues values, String key, JsonElement neutral, JsonElement found) {
        if (!same(found, neutral)) {
            values.problem(
                    "%s: expected %s, found %s: not supported".formatted(key, neutral, ConfigValues.shown(found)));
        }
    }

    private static boolean same(JsonElement found, JsonElement neutral) {
        if (found instanceof JsonPrimitive a && neutral instanceof JsonPrimitive b && a.isNumber() && b.isNumber()) {
            return a.getAsDouble() == b.getAsDouble();
        }
        return found.equals(neutral);
    }

    /**
     * Dropout is for training elsewhere; names that begin with an underscore are notes of the program that wrote them.
     */
    private static boolean soundsMathematical(String key) {
        String separated = key.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
        String[] words = separated.split("[^a-z0-9]+", -1);
        return !separated.startsWith("_")
                && !separated.matches(".*(dropout|pdrop|token).*")
                && !separated.startsWith("summary_")
                && Arrays.stream(words).anyMatch(WORDS::contains);
    }
}
