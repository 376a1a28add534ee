// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads files of one JSON object with texts per line, such as prompts and examples. */
public final class JsonLines {

    private static final int SHOWN_CHARACTERS = 60;

    private JsonLines() {}

    /**
     * The texts of a line.
     *
     * @param place file and line number, for messages
     * @param texts by name; only names that were asked for
     */
    public record Line(String place, Map<String, String> texts) {

        public Line {
            texts = Map.copyOf(texts);
        }

        /** The text of a required name. */
        public String text(String name) {
            return optionalText(name).orElseThrow(() -> new IllegalArgumentException(name + " was not asked for"));
        }

        /** The text of an optional name. */
        public Optional<String> optionalText(String name) {
            return Optional.ofNullable(texts.get(name));
        }
    }

    /**
     * Reads a file; empty lines are passed over, names that are not asked for are ignored.
     *
     * @param required names that every line must have
     * @param optional names that a line may have
     * @throws DataException if the file is missing or empty, or a line is not such an object
     */
    public static List<Line> read(Path file, List<String> required, List<String> optional) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    lines.add(line("%s:%d".formatted(file, number), line, required, optional));
                }
            }
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new DataException(
                    "%s: expected text in UTF-8, found other bytes after line %d".formatted(file, number), e);
        } catch (IOException e) {
            throw new DataException("%s: cannot be read: %s".formatted(file, e), e);
        }
        if (lines.isEmpty()) {
            throw new DataException("%s: expected lines such as %s, found none".formatted(file, form(required)));
        }
        return lines;
    }

    private static Line line(String place, String line, List<String> required, List<String> optional) {
        JsonObject object = object(place, line, required);
        Map<String, String> texts = new HashMap<>();
        for (String name : required) {
            if (!object.has(name)) {
                throw new DataException(malformed(place, line, required, "no \"%s\"".formatted(name)));
            }
            texts.put(name, text(place, object, name));
        }
        for (String name : optional) {
            if (object.has(name) && !object.get(name).isJsonNull()) {
                texts.put(name, text(place, object, name));
            }
        }
        return new Line(place, texts);
    }

    private static JsonObject object(String place, String line, List<String> required) {
        try {
            return StrictJson.object(line);
        } catch (JsonParseException e) {
            throw new DataException(malformed(place, line, required, StrictJson.firstLine(e)), e);
        }
    }

    private static String text(String place, JsonObject object, String name) {
        JsonElement element = object.get(name);
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw new DataException("%s: \"%s\": expected a text in quotation marks, found %s"
                .formatted(place, name, shown(element.toString())));
    }

    private static String malformed(String place, String line, List<String> required, String problem) {
        return "%s: expected a line such as %s: %s in: %s".formatted(place, form(required), problem, shown(line));
    }

    private static String form(List<String> required) {
        StringBuilder form = new StringBuilder();
        required.forEach(name -> form.append(form.isEmpty() ? "{" : ", ")
                .append('"')
                .append(name)
                .append("\": \"...\""));
        return form.append('}').toString();
    }

    private static String shown(String text) {
        return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    }
}
