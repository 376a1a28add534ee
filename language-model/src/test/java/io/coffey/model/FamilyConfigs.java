// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Small configs of every family, chosen and random. */
final class FamilyConfigs {

    /** Longer than a bucket and every window here, and not a multiple of either. */
    static final int LENGTH = 37;

    private static final int VOCABULARY = 61;

    private static final String LLAMA3 = """
            {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
             "original_max_position_embeddings": 32}
            """;

    private FamilyConfigs() {}

    /** One config for each way to differ, by name. */
    static Map<String, JsonObject> all() {
        Map<String, JsonObject> all = new LinkedHashMap<>();
        all.put("llama", llama("LlamaForCausalLM", "{}"));
        all.put("llama, one key head, tied", llama("LlamaForCausalLM", """
                        {"num_key_value_heads": 1, "tie_word_embeddings": true}"""));
        all.put("llama, biases, wide heads", llama("LlamaForCausalLM", """
                        {"attention_bias": true, "mlp_bias": true, "head_dim": 12, "num_key_value_heads": 2}"""));
        all.put("llama 3.1", llama("LlamaForCausalLM", "{\"rope_theta\": 500.0, \"rope_scaling\": " + LLAMA3 + "}"));
        all.put("llama, linear rope", llama("LlamaForCausalLM", """
                        {"rope_scaling": {"type": "linear", "factor": 2.5}}"""));
        all.put("llama, newer rope", llama("LlamaForCausalLM", """
                        {"rope_parameters": {"rope_type": "linear", "factor": 3.0, "rope_theta": 777.0}}"""));
        all.put("mistral", llama("MistralForCausalLM", """
                        {"sliding_window": 7, "num_key_value_heads": 2}"""));
        all.put("mistral, wider than its text", llama("MistralForCausalLM", "{\"sliding_window\": 64}"));
        all.put("mistral without window", llama("MistralForCausalLM", "{\"sliding_window\": null}"));
        all.put("qwen2", llama("Qwen2ForCausalLM", """
                        {"num_key_value_heads": 2, "rope_theta": 1000000.0, "use_sliding_window": false,
                         "tie_word_embeddings": true}"""));
        all.put("qwen3", llama("Qwen3ForCausalLM", """
                        {"num_key_value_heads": 2, "head_dim": 16, "tie_word_embeddings": true}"""));
        all.put("qwen3, biases", llama("Qwen3ForCausalLM", "{\"attention_bias\": true}"));
        all.put("gpt2", gpt2("{}"));
        all.put("gpt2, untied, odd heads", gpt2("""
                        {"n_embd": 35, "n_head": 5, "n_inner": 50, "tie_word_embeddings": false}"""));
        return all;
    }

    /** A config with switches, sizes and family drawn at random. */
    static JsonObject random(Random random) {
        if (random.nextInt(5) == 0) {
            int heads = 1 + random.nextInt(4);
            int width = heads * (1 + random.nextInt(9));
            return gpt2("{\"n_embd\": %d, \"n_head\": %d, \"n_layer\": %d, \"tie_word_embeddings\": %s}"
                    .formatted(width, heads, 1 + random.nextInt(3), random.nextBoolean()));
        }
        String[] names = {"LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"};
        String name = names[random.nextInt(4)];
        int shared = 1 + random.nextInt(3);
        int keys = 1 + random.nextInt(3);
        JsonObject json = llama(name, "{}");
        json.addProperty("hidden_size", 8 + random.nextInt(40));
        json.addProperty("intermediate_size", 5 + random.nextInt(60));
        json.addProperty("num_hidden_layers", 1 + random.nextInt(3));
        json.addProperty("num_attention_heads", keys * shared);
        json.addProperty("num_key_value_heads", keys);
        json.addProperty("head_dim", 2 + 2 * random.nextInt(10));
        json.addProperty("tie_word_embeddings", random.nextBoolean());
        json.addProperty("rope_theta", 100.0 + random.nextInt(100_000));
        if (name.startsWith("Llama") || name.startsWith("Qwen3")) {
            json.addProperty("attention_bias", random.nextBoolean());
        }
        if (name.startsWith("Llama")) {
            json.addProperty("mlp_bias", random.nextBoolean());
        }
        if (name.startsWith("Mistral")) {
            json.addProperty("sliding_window", 1 + random.nextInt(50));
        }
        switch (random.nextInt(3)) {
            case 0 -> json.add("rope_scaling", JsonParser.parseString(LLAMA3));
            case 1 -> json.add("rope_scaling", JsonParser.parseString("{\"rope_type\": \"linear\", \"factor\": 1.5}"));
            default -> {}
        }
        return json;
    }

    /** Token ids of the configs' vocabulary. */
    static int[] tokens(long seed, int length) {
        return new Random(seed).ints(length, 0, VOCABULARY).toArray();
    }

    private static JsonObject llama(String architecture, String changes) {
        return changed("""
                {"architectures": ["%s"], "vocab_size": 61, "hidden_size": 32, "intermediate_size": 48,
                 "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 150, "rms_norm_eps": 1e-5}
                """.formatted(architecture), changes);
    }

    /** A GPT-2 with some keys changed. */
    static JsonObject gpt2(String changes) {
        return changed("""
                {"architectures": ["GPT2LMHeadModel"], "vocab_size": 61, "n_positions": 70, "n_embd": 32, "n_layer": 2,
                 "n_head": 4, "layer_norm_epsilon": 1e-5}
                """, changes);
    }

    private static JsonObject changed(String base, String changes) {
        JsonObject json = JsonParser.parseString(base).getAsJsonObject();
        JsonParser.parseString(changes).getAsJsonObject().asMap().forEach(json::add);
        return json;
    }
}
