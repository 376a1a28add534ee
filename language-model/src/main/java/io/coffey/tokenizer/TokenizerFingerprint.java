// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * SHA-256 of the canonical form of a {@code tokenizer.json}: names sorted, no white space, and nothing in it that
 * decides no id. That is truncation and padding, which are never applied here; and in the model, whose newer writers
 * say more, merges as pairs instead of text, null, and false.
 */
final class TokenizerFingerprint {

    private TokenizerFingerprint() {}

    static String of(JsonObject tokenizer) {
        JsonObject meaning = new JsonObject();
        tokenizer.asMap().forEach((name, value) -> {
            if (name.equals("model") && value instanceof JsonObject model) {
                meaning.add(name, meaningOf(model));
            } else if (!name.equals("truncation") && !name.equals("padding")) {
                meaning.add(name, value);
            }
        });
        StringBuilder canonical = new StringBuilder();
        append(meaning, canonical);
        return DigestUtils.sha256Hex(canonical.toString());
    }

    private static JsonObject meaningOf(JsonObject model) {
        JsonObject meaning = new JsonObject();
        model.asMap().forEach((name, value) -> {
            if (name.equals("merges") && value instanceof JsonArray merges) {
                meaning.add(name, pairs(merges));
            } else if (!(value instanceof JsonNull) && !value.equals(new JsonPrimitive(false))) {
                meaning.add(name, value);
            }
        });
        return meaning;
    }

    /** Merges as pairs: the older form joins them by the only space. */
    private static JsonArray pairs(JsonArray merges) {
        JsonArray pairs = new JsonArray();
        for (JsonElement merge : merges) {
            if (merge instanceof JsonPrimitive joined) {
                JsonArray pair = new JsonArray();
                for (String part : joined.getAsString().split(" ", -1)) {
                    pair.add(part);
                }
                pairs.add(pair);
            } else {
                pairs.add(merge);
            }
        }
        return pairs;
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
