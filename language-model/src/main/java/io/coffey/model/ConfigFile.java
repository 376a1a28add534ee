// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The {@code config.json} of a Hugging Face directory. What it says of the mathematics is either understood or refused
 * by name, all problems at once; what it says of anything else is kept and ignored.
 */
final class ConfigFile {

    /** The name of the file in its directory. */
    static final String NAME = "config.json";

    private static final String ARCHITECTURE = "LlamaForCausalLM";

    /** Keys that change the mathematics, and the one value, in JSON, that leaves it as it is; null always does. */
    private static final Map<String, String> NEUTRAL = Map.ofEntries(
            Map.entry("attention_bias", "false"),
            Map.entry("mlp_bias", "false"),
            Map.entry("use_qk_norm", "false"),
            Map.entry("use_sliding_window", "false"),
            Map.entry("hidden_act", "\"silu\""),
            Map.entry("partial_rotary_factor", "1.0"),
            Map.entry("attention_multiplier", "1.0"),
            Map.entry("embedding_multiplier", "1.0"),
            Map.entry("residual_multiplier", "1.0"),
            Map.entry("logits_scaling", "1.0"),
            Map.entry("logit_scale", "1.0"),
            Map.entry("rope_scaling", "null"),
            Map.entry("sliding_window", "null"),
            Map.entry("quantization_config", "null"),
            Map.entry("attn_logit_softcapping", "null"),
            Map.entry("final_logit_softcapping", "null"),
            Map.entry("num_local_experts", "null"));

    private final JsonObject json;
    private final DecoderConfig config;

    private ConfigFile(JsonObject json, DecoderConfig config) {
        this.json = json;
        this.config = config;
    }

    /**
     * Reads and understands a file.
     *
     * @throws ModelException if it is missing, is no JSON, or describes a decoder that is not supported
     */
    static ConfigFile read(Path file) {
        JsonObject json;
        try {
            json = StrictJson.object(text(file));
        } catch (JsonParseException e) {
            throw new ModelException("%s: %s".formatted(file, StrictJson.firstLine(e)), e);
        }
        return new ConfigFile(json, parse(new ConfigValues(file, json), json));
    }

    /** What the file says of the mathematics. */
    DecoderConfig config() {
        return config;
    }

    /** The file's text for weights in single precision; everything else is as it was read. */
    String textForSinglePrecision() {
        JsonObject copy = json.deepCopy();
        if (copy.has("dtype")) {
            copy.addProperty("dtype", "float32");
        } else {
            copy.addProperty("torch_dtype", "float32");
        }
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .serializeNulls()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(copy)
                + "\n";
    }

    private static DecoderConfig parse(ConfigValues values, JsonObject json) {
        requireArchitecture(values, json);
        NEUTRAL.keySet().stream().sorted().forEach(key -> requireNeutral(values, json, key));
        int hiddenSize = values.size("hidden_size");
        int heads = values.size("num_attention_heads");
        int keyValueHeads = values.sizeOr("num_key_value_heads", heads);
        int headSize = values.sizeOr("head_dim", Math.max(1, hiddenSize / heads));
        int vocabularySize = values.size("vocab_size");
        int intermediateSize = values.size("intermediate_size");
        int layers = values.size("num_hidden_layers", ConfigValues.LIMIT_LAYERS);
        int maxLength = values.size("max_position_embeddings");
        double normEpsilon = values.positive("rms_norm_eps");
        double ropeTheta = ropeTheta(values, json);
        boolean tied = values.flagOr("tie_word_embeddings", false);
        List<Integer> stopTokens = values.tokens("eos_token_id");
        values.throwProblems(); // what follows compares values that are each sound
        if (!values.has("head_dim") && hiddenSize % heads != 0) {
            values.problem("hidden_size: expected a multiple of num_attention_heads %d, found %d"
                    .formatted(heads, hiddenSize));
        }
        if (Collections.max(stopTokens) >= vocabularySize) {
            values.problem(
                    "eos_token_id: expected ids below vocab_size %d, found %s".formatted(vocabularySize, stopTokens));
        }
        values.throwProblems();
        try {
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
                    ropeTheta,
                    tied,
                    stopTokens);
        } catch (IllegalArgumentException e) {
            throw new ModelException("%s: %s".formatted(values.file(), e.getMessage()), e);
        }
    }

    /** With another architecture every other key may mean something else: then this is the one problem. */
    private static void requireArchitecture(ConfigValues values, JsonObject json) {
        JsonArray expected = new JsonArray();
        expected.add(ARCHITECTURE);
        JsonElement found = json.get("architectures");
        if (!expected.equals(found)) {
            values.problem("architectures: expected %s, found %s: no other architecture is supported yet"
                    .formatted(expected, ConfigValues.shown(found)));
            values.throwProblems();
        }
    }

    private static void requireNeutral(ConfigValues values, JsonObject json, String key) {
        JsonElement found = json.get(key);
        JsonElement neutral = JsonParser.parseString(NEUTRAL.getOrDefault(key, "null"));
        if (found != null && !found.isJsonNull() && !same(found, neutral)) {
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

    /** The base of the rotary embedding; newer files keep it in {@code rope_parameters}. */
    private static double ropeTheta(ConfigValues values, JsonObject json) {
        JsonElement parameters = json.get("rope_parameters");
        if (parameters == null || parameters instanceof JsonNull) {
            return values.positiveOr("rope_theta", 10_000);
        }
        if (parameters instanceof JsonObject rope
                && new JsonPrimitive("default").equals(rope.get("rope_type"))
                && rope.get("rope_theta") instanceof JsonPrimitive theta
                && theta.isNumber()
                && rope.size() == 2) {
            return theta.getAsDouble();
        }
        values.problem("rope_parameters: expected rope_type \"default\" and rope_theta alone, found %s: not supported"
                .formatted(ConfigValues.shown(parameters)));
        return 1;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": no such file: expected a Hugging Face model directory", e);
        } catch (CharacterCodingException e) {
            throw new ModelException(file + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }
}
