// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What can be known of a {@code tokenizer.json} without the native library: its vocabulary and its fingerprint. */
final class TokenizerFile {

    private final JsonObject json;

    /**
     * Parses the text of a tokenizer.json.
     *
     * @throws TokenizerException if the text is no JSON object
     */
    TokenizerFile(String subject, String text) {
        try {
            this.json = StrictJson.object(text);
        } catch (JsonParseException e) {
            throw new TokenizerException(subject + ": " + StrictJson.firstLine(e), e);
        }
    }

    /** One more than the highest id that the vocabulary or an added token has; 0 if there is no vocabulary. */
    int vocabularySize() {
        int size = 0;
        if (json.get("model") instanceof JsonObject model) {
            JsonElement vocabulary = model.get("vocab");
            if (vocabulary instanceof JsonObject ids) {
                for (JsonElement id : ids.asMap().values()) {
                    size = Math.max(size, id.getAsInt() + 1);
                }
            } else if (vocabulary instanceof JsonArray pieces) { // unigram: the place is the id
                size = pieces.size();
            }
        }
        if (json.get("added_tokens") instanceof JsonArray added) {
            for (JsonElement token : added) {
                size = Math.max(size, token.getAsJsonObject().get("id").getAsInt() + 1);
            }
        }
        return size;
    }

    /**
     * SHA-256, in hexadecimal, of the JSON with the names of each object sorted and no white space. Truncation and
     * padding are left out, for they are never applied here.
     */
    String fingerprint() {
        StringBuilder canonical = new StringBuilder();
        JsonObject meaning = new JsonObject();
        json.asMap().forEach((name, value) -> {
            if (!name.equals("truncation") && !name.equals("padding")) {
                meaning.add(name, value);
            }
        });
        append(meaning, canonical);
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void append(JsonElement element, StringBuilder canonical) {
        if (element instanceof JsonObject object) {
            Map<String, JsonElement> sorted = new TreeMap<>(object.asMap());
            char separator = '{';
            for (Map.Entry<String, JsonElement> entry : sorted.entrySet()) {
                canonical
                        .append(separator)
                        .append(new JsonPrimitive(entry.getKey()))
                        .append(':');
                append(entry.getValue(), canonical);
                separator = ',';
            }
            canonical.append(sorted.isEmpty() ? "{}" : "}");
        } else if (element instanceof JsonArray array) {
            canonical.append('[');
            for (int i = 0; i < array.size(); i++) {
                canonical.append(i == 0 ? "" : ",");
                append(array.get(i), canonical);
            }
            canonical.append(']');
        } else {
            canonical.append(element);
        }
    }
}
