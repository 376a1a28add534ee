// SPDX-License-Identifier: Apache-2.0
package io.coffey.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;

/** Parses JSON by the letter of its standard. */
public final class StrictJson {

    private StrictJson() {}

    /**
     * Parses one object, and nothing after it.
     *
     * @throws JsonParseException if the text is anything else; the message is one line
     */
    public static JsonObject object(String text) {
        JsonReader reader = reader(text);
        try {
            JsonElement parsed = JsonParser.parseReader(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT && parsed instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException | IOException e) {
            throw new JsonParseException("not valid JSON: " + firstLine(e), e);
        }
        throw new JsonParseException("expected a JSON object, found another value");
    }

    /** A strict reader, for those who read token by token. */
    public static JsonReader reader(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }

    /** The first line of an exception's message: the parser's go on with advice to programmers. */
    public static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
