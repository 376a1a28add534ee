// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The families of decoders as their authors published them, in loops over double precision numbers: no tensors, no
 * fusion, no cache, nothing of the code under test. Reads a config and tensors by Hugging Face's keys and names.
 */
final class ReferenceDecoder {

    private final JsonObject config;
    private final Map<String, double[]> tensors;
    private final boolean gpt2;
    private final String prefix;
    private final int width;
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private final double epsilon;

    ReferenceDecoder(JsonObject config, Map<String, double[]> tensors) {
        this.config = config;
        this.tensors = tensors;
        this.gpt2 = config.get("architectures").toString().contains("GPT2");
        this.prefix = tensors.containsKey("transformer.wte.weight") ? "transformer." : "";
        this.width = integer(gpt2 ? "n_embd" : "hidden_size");
        this.heads = integer(gpt2 ? "n_head" : "num_attention_heads");
        this.keyValueHeads = present("num_key_value_heads") ? integer("num_key_value_heads") : heads;
        this.headSize = present("head_dim") ? integer("head_dim") : width / heads;
        this.epsilon = number(gpt2 ? "layer_norm_epsilon" : "rms_norm_eps");
    }

    /** Next-token logits at each position, [T][V]. */
    double[][] logits(int[] ids) {
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = row(tensor(gpt2 ? prefix + "wte.weight" : "model.embed_tokens.weight"), ids[t]);
            if (gpt2) {
                add(x[t], row(tensor(prefix + "wpe.weight"), t));
            }
        }
        int layers = integer(gpt2 ? "n_layer" : "num_hidden_layers");
        for (int i = 0; i < layers; i++) {
            layer(x, (gpt2 ? prefix + "h." : "model.layers.") + i + ".");
        }
        String head = gpt2 ? prefix + "wte.weight" : "model.embed_tokens.weight";
        if (tensors.containsKey("lm_head.weight")) {
            head = "lm_head.weight";
        }
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            logits[t] = times(tensor(head), norm(x[t], gpt2 ? prefix + "ln_f" : "model.norm"), null);
        }
        return logits;
    }

    private void layer(double[][] x, String name) {
        int length = x.length;
        double[][] queries = new double[length][];
        double[][] keys = new double[length][];
        double[][] values = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] h = norm(x[t], name + (gpt2 ? "ln_1" : "input_layernorm"));
            if (gpt2) {
                double[] all = turned(name + "attn.c_attn", h);
                queries[t] = slice(all, 0, width);
                keys[t] = slice(all, width, width);
                values[t] = slice(all, 2 * width, width);
            } else {
                String attention = name + "self_attn.";
                queries[t] = rotated(headNorm(linear(attention + "q_proj", h), attention + "q_norm.weight"), t);
                keys[t] = rotated(headNorm(linear(attention + "k_proj", h), attention + "k_norm.weight"), t);
                values[t] = linear(attention + "v_proj", h);
            }
        }
        for (int t = 0; t < length; t++) {
            double[] a = attention(queries[t], keys, values, t);
            add(x[t], gpt2 ? turned(name + "attn.c_proj", a) : linear(name + "self_attn.o_proj", a));
            add(x[t], feedForward(norm(x[t], name + (gpt2 ? "ln_2" : "post_attention_layernorm")), name + "mlp."));
        }
    }

    private double[] attention(double[] query, double[][] keys, double[][] values, int position) {
        int window = !gpt2 && present("sliding_window") ? integer("sliding_window") : Integer.MAX_VALUE;
        int first = Math.max(0, position - window + 1);
        double[] output = new double[heads * headSize];
        for (int head = 0; head < heads; head++) {
            int shared = head / (heads / keyValueHeads) * headSize;
            double[] weights = new double[position + 1];
            double total = 0;
            for (int t = first; t <= position; t++) {
                double score = 0;
                for (int d = 0; d < headSize; d++) {
                    score += query[head * headSize + d] * keys[t][shared + d];
                }
                weights[t] = Math.exp(score / Math.sqrt(headSize));
                total += weights[t];
            }
            for (int t = first; t <= position; t++) {
                for (int d = 0; d < headSize; d++) {
                    output[head * headSize + d] += weights[t] / total * values[t][shared + d];
                }
            }
        }
        return output;
    }

    private double[] feedForward(double[] h, String name) {
        if (gpt2) {
            double[] inner = turned(name + "c_fc", h);
            for (int i = 0; i < inner.length; i++) {
                double z = inner[i];
                inner[i] = 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z)));
            }
            return turned(name + "c_proj", inner);
        }
        double[] gate = linear(name + "gate_proj", h);
        double[] up = linear(name + "up_proj", h);
        for (int i = 0; i < gate.length; i++) {
            up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
        }
        return linear(name + "down_proj", up);
    }

    private double[] norm(double[] x, String name) {
        double[] gain = tensor(name + ".weight");
        double[] normed = new double[x.length];
        double mean = 0;
        for (double value : x) {
            mean += gpt2 ? value / x.length : 0;
        }
        double square = 0;
        for (double value : x) {
            square += (value - mean) * (value - mean) / x.length;
        }
        for (int i = 0; i < x.length; i++) {
            normed[i] = (x[i] - mean) / Math.sqrt(square + epsilon) * gain[i];
            normed[i] += gpt2 ? tensor(name + ".bias")[i] : 0;
        }
        return normed;
    }

    private double[] headNorm(double[] x, String name) {
        double[] gain = tensors.get(name);
        if (gain == null) {
            return x;
        }
        double[] normed = x.clone();
        for (int start = 0; start < x.length; start += headSize) {
            double square = 0;
            for (int d = 0; d < headSize; d++) {
                square += x[start + d] * x[start + d] / headSize;
            }
            for (int d = 0; d < headSize; d++) {
                normed[start + d] = x[start + d] / Math.sqrt(square + epsilon) * gain[d];
            }
        }
        return normed;
    }

    /** x cos + rotate_half(x) sin, head by head. */
    private double[] rotated(double[] x, int position) {
        double[] turned = new double[x.length];
        int half = headSize / 2;
        for (int i = 0; i < x.length; i++) {
            int d = i % headSize;
            double angle = position * frequency(d % half);
            double rotatedHalf = d < half ? -x[i + half] : x[i - half];
            turned[i] = x[i] * Math.cos(angle) + rotatedHalf * Math.sin(angle);
        }
        return turned;
    }

    private double frequency(int pair) {
        JsonObject rope = new JsonObject();
        for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
            rope = present(key) ? config.getAsJsonObject(key) : rope;
        }
        double theta = rope.has("rope_theta")
                ? rope.get("rope_theta").getAsDouble()
                : present("rope_theta") ? number("rope_theta") : 10_000;
        double frequency = Math.pow(theta, -2.0 * pair / headSize);
        JsonElement type = rope.has("rope_type") ? rope.get("rope_type") : rope.get("type");
        if (type == null || type.getAsString().equals("default")) {
            return frequency;
        }
        double factor = rope.get("factor").getAsDouble();
        if (type.getAsString().equals("linear")) {
            return frequency / factor;
        }
        double low = rope.get("low_freq_factor").getAsDouble();
        double high = rope.get("high_freq_factor").getAsDouble();
        double original = rope.get("original_max_position_embeddings").getAsDouble();
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < original / high) {
            return frequency;
        }
        if (wavelength > original / low) {
            return frequency / factor;
        }
        double smooth = (original / wavelength - low) / (high - low);
        return (1 - smooth) * frequency / factor + smooth * frequency;
    }

    /** A matrix stored [outputs, inputs], and its bias if there is one. */
    private double[] linear(String name, double[] x) {
        return times(tensor(name + ".weight"), x, tensors.get(name + ".bias"));
    }

    /** A matrix stored [inputs, outputs], and its bias. */
    private double[] turned(String name, double[] x) {
        double[] matrix = tensor(name + ".weight");
        double[] y = tensor(name + ".bias").clone();
        for (int in = 0; in < x.length; in++) {
            for (int out = 0; out < y.length; out++) {
                y[out] += x[in] * matrix[in * y.length + out];
            }
        }
        return y;
    }

    private static double[] times(double[] matrix, double[] x, double @Nullable [] bias) {
        double[] y = bias == null ? new double[matrix.length / x.length] : bias.clone();
        for (int out = 0; out < y.length; out++) {
            for (int in = 0; in < x.length; in++) {
                y[out] += matrix[out * x.length + in] * x[in];
            }
        }
        return y;
    }

    private double[] tensor(String name) {
        double[] tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    private double[] row(double[] matrix, int row) {
        return slice(matrix, row * width, width);
    }

    private static double[] slice(double[] values, int from, int count) {
        double[] part = new double[count];
        System.arraycopy(values, from, part, 0, count);
        return part;
    }

    private static void add(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private boolean present(String key) {
        return config.has(key) && !config.get(key).isJsonNull();
    }

    private int integer(String key) {
        return config.get(key).getAsInt();
    }

    private double number(String key) {
        return config.get(key).getAsDouble();
    }
}
