// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.coffey.json.StrictJson;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads JSON of a known form and refuses any other. Nothing is skipped: nesting is as deep as the caller descends,
 * names are unique, and numbers are non-negative whole numbers.
 */
final class HeaderJson {

    private static final int SHOWN_CHARACTERS = 80;

    private final JsonReader json;
    private final String subject;

    /** A reader of {@code text}; {@code subject} begins every error message. */
    HeaderJson(String subject, String text) {
        this.subject = subject;
        this.json = StrictJson.reader(text);
    }

    /** What to do with the value of each name of an object. */
    interface Field {
        void read(String name) throws IOException;
    }

    /** Something that reads JSON. */
    interface Body {
        void read() throws IOException;
    }

    /** Runs {@code body} over the whole text; the text must end where it ends. */
    void document(Body body) {
        try {
            body.read();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw refused("expected the end of the JSON text, found more");
            }
        } catch (MalformedJsonException e) {
            throw new WeightsException(subject + ": not valid JSON: " + StrictJson.firstLine(e), e);
        } catch (EOFException e) {
            throw new WeightsException(subject + ": the JSON text ends too early", e);
        } catch (IOException e) {
            throw new WeightsException(subject + ": cannot be read: " + StrictJson.firstLine(e), e);
        }
    }

    void object(String what, Field field) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, what);
        json.beginObject();
        Set<String> names = new HashSet<>();
        while (json.hasNext()) {
            String name = json.nextName();
            if (!names.add(name)) {
                throw refused("%s names %s twice".formatted(what, quote(name)));
            }
            field.read(name);
        }
        json.endObject();
    }

    String text(String what) throws IOException {
        expect(JsonToken.STRING, what);
        return json.nextString();
    }

    /** Reads a list of at most {@code limit} non-negative whole numbers. */
    List<Long> wholeNumbers(String what, int limit) throws IOException {
        expect(JsonToken.BEGIN_ARRAY, what);
        json.beginArray();
        List<Long> numbers = new ArrayList<>();
        while (json.hasNext()) {
            if (numbers.size() == limit) {
                throw refused("%s has more than %d numbers".formatted(what, limit));
            }
            expect(JsonToken.NUMBER, what);
            numbers.add(wholeNumber(what, json.nextString()));
        }
        json.endArray();
        return numbers;
    }

    /** Reads a value that is neither an object nor an array, and ignores it. */
    void scalar(String what) throws IOException {
        JsonToken next = json.peek();
        if (next == JsonToken.BEGIN_OBJECT || next == JsonToken.BEGIN_ARRAY) {
            throw refused("%s: expected a plain value, found %s".formatted(what, next));
        }
        json.skipValue();
    }

    WeightsException refused(String problem) {
        return new WeightsException(subject + ": " + problem);
    }

    /** A name from the file as it may be shown in an error: one line, of bounded length. */
    static String quote(String name) {
        String shown = name.length() > SHOWN_CHARACTERS ? name.substring(0, SHOWN_CHARACTERS) + "..." : name;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private long wholeNumber(String what, String digits) {
        try {
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException e) {
            throw new WeightsException(
                    "%s: %s: expected a number below 2^63, found %s".formatted(subject, what, quote(digits)), e);
        }
        throw refused("%s: expected a non-negative whole number, found %s".formatted(what, quote(digits)));
    }

    private void expect(JsonToken token, String what) throws IOException {
        JsonToken found = json.peek();
        if (found != token) {
            throw refused("%s: expected %s, found %s".formatted(what, token, found));
        }
    }
}
