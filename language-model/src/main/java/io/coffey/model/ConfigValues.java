// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Typed values of a JSON object. A value that is missing or of another kind is noted as a problem, and a harmless one
 * stands in for it, so that all problems can be told at once.
 */
final class ConfigValues {

    static final int LIMIT_LAYERS = 4096;
    private static final int LIMIT_SIZE = 1 << 24;
    private static final int SHOWN_CHARACTERS = 80;

    private final Path file;
    private final String prefix;
    private final JsonObject json;
    private final List<String> problems;

    ConfigValues(Path file, JsonObject json) {
        this(file, "", json, new ArrayList<>());
    }

    private ConfigValues(Path file, String prefix, JsonObject json, List<String> problems) {
        this.file = file;
        this.prefix = prefix;
        this.json = json;
        this.problems = problems;
    }

    /** The values of an object within, empty if it is missing; its problems are problems of the whole. */
    ConfigValues section(String key) {
        JsonElement found = json.get(key);
        if (has(key) && !(found instanceof JsonObject)) {
            expected(key, "an object");
        }
        return new ConfigValues(
                file, key + ".", found instanceof JsonObject object ? object : new JsonObject(), problems);
    }

    boolean isEmpty() {
        return json.isEmpty();
    }

    Path file() {
        return file;
    }

    void problem(String problem) {
        problems.add(file + ": " + problem);
    }

    void problem(String key, String problem) {
        problem(prefix + key + ": " + problem);
    }

    /** Throws if there was any problem so far; each is a line of the message. */
    void throwProblems() {
        if (!problems.isEmpty()) {
            throw new ModelException(String.join("\n", problems));
        }
    }

    boolean has(String key) {
        return json.has(key) && !json.get(key).isJsonNull();
    }

    int size(String key) {
        return size(key, LIMIT_SIZE);
    }

    int sizeOr(String key, int absent) {
        return has(key) ? size(key) : absent;
    }

    int size(String key, int limit) {
        Long value = wholeNumber(json.get(key));
        if (value == null || value < 1 || value > limit) {
            expected(key, "a whole number from 1 to " + limit);
            return 1;
        }
        return value.intValue();
    }

    double positiveOr(String key, double absent) {
        return has(key) ? positive(key) : absent;
    }

    double positive(String key) {
        if (json.get(key) instanceof JsonPrimitive number && number.isNumber()) {
            double value = number.getAsDouble();
            if (value > 0 && Double.isFinite(value)) {
                return value;
            }
        }
        expected(key, "a number above 0");
        return 1;
    }

    boolean flagOr(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        if (json.get(key) instanceof JsonPrimitive flag && flag.isBoolean()) {
            return flag.getAsBoolean();
        }
        expected(key, "true or false");
        return absent;
    }

    String text(String key) {
        if (json.get(key) instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        expected(key, "a text");
        return "";
    }

    void requireText(String key, String expected) {
        if (!text(key).equals(expected)) {
            expected(key, "\"" + expected + "\"");
        }
    }

    void requireNoKeysBut(Set<String> some, Set<String> others) {
        for (String key : json.keySet()) {
            if (!some.contains(key) && !others.contains(key)) {
                problem(key, "expected no such key, found %s: not supported".formatted(shown(json.get(key))));
            }
        }
    }

    /** One token id or a list of them, at least one. */
    List<Integer> tokens(String key) {
        JsonElement found = json.get(key);
        List<JsonElement> ids = found instanceof JsonArray list ? list.asList() : has(key) ? List.of(found) : List.of();
        List<Integer> tokens = new ArrayList<>();
        for (JsonElement id : ids) {
            Long value = wholeNumber(id);
            if (value != null && value >= 0 && value < LIMIT_SIZE) {
                tokens.add(value.intValue());
            }
        }
        if (tokens.isEmpty() || tokens.size() != ids.size()) {
            expected(key, "a token id or a list of them");
            return List.of(0);
        }
        return tokens;
    }

    /** A value as it may be shown in a message: one line, of bounded length. */
    static String shown(@Nullable JsonElement element) {
        if (element == null) {
            return "nothing";
        }
        String text = element.toString();
        return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    }

    private void expected(String key, String what) {
        problem(key, "expected %s, found %s".formatted(what, shown(json.get(key))));
    }

    private static @Nullable Long wholeNumber(@Nullable JsonElement element) {
        if (element instanceof JsonPrimitive number
                && number.isNumber()
                && number.getAsString().matches("-?\\d{1,18}")) {
            return number.getAsLong();
        }
        return null;
    }
}
