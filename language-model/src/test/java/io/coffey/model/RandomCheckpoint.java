// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonObject;
import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random weights for a config, under Hugging Face's names and in its shapes, which are written out here once more. */
final class RandomCheckpoint {

    private final JsonObject config;
    private final Random random;
    private final List<NamedTensor> tensors = new ArrayList<>();
    private final Map<String, double[]> values = new LinkedHashMap<>();

    private RandomCheckpoint(JsonObject config, long seed) {
        this.config = config;
        this.random = new Random(seed);
    }

    /** A checkpoint; GPT-2's tensors have a prefix or not. */
    static RandomCheckpoint of(JsonObject config, long seed, boolean prefix) {
        RandomCheckpoint checkpoint = new RandomCheckpoint(config, seed);
        if (config.get("architectures").toString().contains("GPT2")) {
            checkpoint.addGpt2(prefix ? "transformer." : "");
        } else {
            checkpoint.addLlama();
        }
        return checkpoint;
    }

    /** The tensors by name. */
    Map<String, double[]> values() {
        return values;
    }

    /** Writes it and opens it. */
    ModelDirectory write(Path directory) throws IOException {
        Files.writeString(directory.resolve("config.json"), config.toString());
        SafeTensorsWriter.write(directory.resolve(SafeTensorsReader.SINGLE_FILE), tensors);
        return ModelDirectory.open(directory);
    }

    private void addLlama() {
        String architecture = config.get("architectures").toString();
        int width = integer("hidden_size", 0);
        int heads = integer("num_attention_heads", 0);
        int head = integer("head_dim", width / heads);
        int queries = heads * head;
        int keys = integer("num_key_value_heads", heads) * head;
        int inner = integer("intermediate_size", 0);
        boolean attentionBias = flag("attention_bias");
        boolean inputBias = attentionBias || architecture.contains("Qwen2");
        matrix("model.embed_tokens.weight", integer("vocab_size", 0), width);
        for (int i = 0; i < integer("num_hidden_layers", 0); i++) {
            String name = "model.layers." + i + ".";
            gain(name + "input_layernorm.weight", width);
            linear(name + "self_attn.q_proj", queries, width, inputBias);
            linear(name + "self_attn.k_proj", keys, width, inputBias);
            linear(name + "self_attn.v_proj", keys, width, inputBias);
            linear(name + "self_attn.o_proj", width, queries, attentionBias);
            if (architecture.contains("Qwen3")) {
                gain(name + "self_attn.q_norm.weight", head);
                gain(name + "self_attn.k_norm.weight", head);
            }
            gain(name + "post_attention_layernorm.weight", width);
            linear(name + "mlp.gate_proj", inner, width, flag("mlp_bias"));
            linear(name + "mlp.up_proj", inner, width, flag("mlp_bias"));
            linear(name + "mlp.down_proj", width, inner, flag("mlp_bias"));
        }
        gain("model.norm.weight", width);
        if (!flag("tie_word_embeddings")) {
            matrix("lm_head.weight", integer("vocab_size", 0), width);
        }
    }

    private void addGpt2(String prefix) {
        int width = integer("n_embd", 0);
        int inner = integer("n_inner", 4 * width);
        matrix(prefix + "wte.weight", integer("vocab_size", 0), width);
        matrix(prefix + "wpe.weight", integer("n_positions", 0), width);
        for (int i = 0; i < integer("n_layer", 0); i++) {
            String name = prefix + "h." + i + ".";
            layerNorm(name + "ln_1", width);
            turned(name + "attn.c_attn", width, 3 * width);
            turned(name + "attn.c_proj", width, width);
            layerNorm(name + "ln_2", width);
            turned(name + "mlp.c_fc", width, inner);
            turned(name + "mlp.c_proj", inner, width);
            add(name + "attn.bias", 1, 0, 1, 1, 4, 4);
            add(name + "attn.masked_bias", 1, 0);
        }
        layerNorm(prefix + "ln_f", width);
        if (config.has("tie_word_embeddings") && !flag("tie_word_embeddings")) {
            matrix("lm_head.weight", integer("vocab_size", 0), width);
        }
    }

    private void linear(String name, int outputs, int inputs, boolean bias) {
        add(name + ".weight", 0, 1.5 / Math.sqrt(inputs), outputs, inputs);
        if (bias) {
            add(name + ".bias", 0, 0.5, outputs);
        }
    }

    private void turned(String name, int inputs, int outputs) {
        add(name + ".weight", 0, 1.5 / Math.sqrt(inputs), inputs, outputs);
        add(name + ".bias", 0, 0.5, outputs);
    }

    private void layerNorm(String name, int width) {
        gain(name + ".weight", width);
        add(name + ".bias", 0, 0.5, width);
    }

    private void matrix(String name, int rows, int columns) {
        add(name, 0, 1 / Math.sqrt(columns), rows, columns);
    }

    private void gain(String name, int width) {
        add(name, 1, 0.3, width);
    }

    private void add(String name, double mean, double deviation, long... shape) {
        List<Long> axes = new ArrayList<>();
        int size = 1;
        for (long axis : shape) {
            axes.add(axis);
            size *= (int) axis;
        }
        ByteBuffer floats = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
            float value = (float) (mean + deviation * random.nextGaussian());
            floats.putFloat(value);
            doubles[i] = value;
        }
        tensors.add(new NamedTensor(name, axes, floats.flip()));
        values.put(name, doubles);
    }

    private boolean flag(String key) {
        return config.has(key) && config.get(key).getAsBoolean();
    }

    private int integer(String key, int absent) {
        return config.has(key) && !config.get(key).isJsonNull()
                ? config.get(key).getAsInt()
                : absent;
    }
}
