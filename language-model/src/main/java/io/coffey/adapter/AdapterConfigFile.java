// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The file {@value #NAME} of PEFT's directories. */
final class AdapterConfigFile {

    static final String NAME = "adapter_config.json";

    private static final long LIMIT_BYTES = 1 << 20;
    private static final int SHOWN_CHARACTERS = 80;
    private static final String TYPE = "LORA";

    /** Keys that say nothing of what an adapter computes; dropout is of training only. */
    private static final Set<String> DESCRIPTIVE = Set.of(
            "auto_mapping",
            "base_model_name_or_path",
            "ensure_weight_tying",
            "fan_in_fan_out",
            "inference_mode",
            "layers_pattern",
            "lora_dropout",
            "megatron_core",
            "peft_version",
            "qalora_group_size",
            "revision",
            "task_type");

    /** Ways to draw A and B that leave the base weights as they are; others subtract from them. */
    private static final Set<JsonElement> INITIALIZATIONS = Set.of(
            JsonNull.INSTANCE,
            new JsonPrimitive(true),
            new JsonPrimitive(false),
            new JsonPrimitive("gaussian"),
            new JsonPrimitive("orthogonal"),
            new JsonPrimitive("eva"));

    private final Path file;
    private final JsonObject json;

    private AdapterConfigFile(Path file, JsonObject json) {
        this.file = file;
        this.json = json;
    }

    /**
     * Reads the settings of an adapter.
     *
     * @throws AdapterException if the file is missing, or describes an adapter that computes anything but W + s B A
     */
    static AdapterSettings read(Path file) {
        try {
            AdapterConfigFile config = new AdapterConfigFile(file, StrictJson.object(text(file)));
            config.requirePlainLowRank();
            return new AdapterSettings(
                    config.number("r", 1 << 16).intValue(),
                    config.number("lora_alpha", Double.MAX_VALUE).doubleValue(),
                    config.targets());
        } catch (JsonParseException e) {
            throw new AdapterException("%s: %s".formatted(file, StrictJson.firstLine(e)), e);
        } catch (IllegalArgumentException e) {
            throw new AdapterException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * The text of a file that PEFT reads.
     *
     * @param transposed whether the base's checkpoint has the adapted matrices transposed
     */
    static String text(AdapterSettings settings, String baseModel, boolean transposed) {
        JsonObject json = new JsonObject();
        json.addProperty("base_model_name_or_path", baseModel);
        json.addProperty("bias", "none");
        json.addProperty("fan_in_fan_out", transposed);
        json.addProperty("inference_mode", true);
        json.addProperty("init_lora_weights", true);
        if (settings.alpha() == Math.rint(settings.alpha()) && settings.alpha() < Integer.MAX_VALUE) {
            json.addProperty("lora_alpha", (int) settings.alpha());
        } else {
            json.addProperty("lora_alpha", settings.alpha());
        }
        json.addProperty("lora_dropout", 0.0);
        json.add("modules_to_save", JsonNull.INSTANCE);
        json.addProperty("peft_type", TYPE);
        json.addProperty("r", settings.rank());
        JsonArray targets = new JsonArray();
        settings.targets().forEach(targets::add);
        json.add("target_modules", targets);
        json.addProperty("task_type", "CAUSAL_LM");
        json.addProperty("use_dora", false);
        json.addProperty("use_rslora", false);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .serializeNulls()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json)
                + "\n";
    }

    private void requirePlainLowRank() {
        if (!new JsonPrimitive(TYPE).equals(json.get("peft_type"))) {
            throw refused("peft_type", '"' + TYPE + '"');
        }
        if (!INITIALIZATIONS.contains(
                json.has("init_lora_weights") ? json.get("init_lora_weights") : JsonNull.INSTANCE)) {
            throw refused("init_lora_weights", "an initialisation that leaves the base weights alone");
        }
        Set<String> read = Set.of("peft_type", "init_lora_weights", "r", "lora_alpha", "target_modules");
        for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
            String key = entry.getKey();
            boolean none = key.equals("bias") && entry.getValue().equals(new JsonPrimitive("none"));
            if (!read.contains(key) && !DESCRIPTIVE.contains(key) && !none && !isUnset(entry.getValue())) {
                throw refused(key, "no such setting, or one that is off: not supported");
            }
        }
    }

    private static boolean isUnset(JsonElement value) {
        return value.isJsonNull()
                || value.equals(new JsonPrimitive(false))
                || (value instanceof JsonArray array && array.isEmpty())
                || (value instanceof JsonObject object && object.isEmpty());
    }

    private Number number(String key, double largest) {
        if (json.get(key) instanceof JsonPrimitive number && number.isNumber()) {
            double value = number.getAsDouble();
            if (value > 0 && value <= largest && (!key.equals("r") || value == Math.rint(value))) {
                return value;
            }
        }
        throw refused(key, key.equals("r") ? "a whole number above 0" : "a number above 0");
    }

    private List<String> targets() {
        List<String> targets = new ArrayList<>();
        if (json.get("target_modules") instanceof JsonArray array) {
            for (JsonElement element : array) {
                if (element instanceof JsonPrimitive name && name.isString()) {
                    targets.add(name.getAsString());
                }
            }
            if (!targets.isEmpty() && targets.size() == array.size()) {
                return targets;
            }
        }
        throw refused("target_modules", "a list of names such as \"q_proj\"");
    }

    private AdapterException refused(String key, String expected) {
        String found = String.valueOf(json.get(key));
        return new AdapterException("%s: %s: expected %s, found %s"
                .formatted(
                        file,
                        key,
                        expected,
                        found.length() > SHOWN_CHARACTERS ? found.substring(0, SHOWN_CHARACTERS) + "..." : found));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LIMIT_BYTES) {
                throw new AdapterException(
                        "%s: expected at most %d bytes, found %d".formatted(file, LIMIT_BYTES, Files.size(file)));
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new AdapterException(file + ": no such file: expected an adapter in PEFT's form", e);
        } catch (CharacterCodingException e) {
            throw new AdapterException(file + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new AdapterException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }
}
