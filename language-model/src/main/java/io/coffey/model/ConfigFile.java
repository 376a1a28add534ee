// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.coffey.json.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The {@code config.json} of a Hugging Face directory. What it says of the mathematics is either understood or refused
 * by name, all problems at once; what it says of anything else is kept and ignored.
 */
final class ConfigFile {

    /** The name of the file in its directory. */
    static final String NAME = "config.json";

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
        return new ConfigFile(json, ConfigParser.parse(new ConfigValues(file, json), json));
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
