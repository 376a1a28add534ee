// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
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
import org.jspecify.annotations.Nullable;

/**
 * A file of prompts, a JSON object a line: {@code prompt} is needed; {@code reference}, {@code teacherText} and
 * {@code tags} are read where they are; other names are left alone, so that a data set can be used as it is. Blank lines
 * do not count.
 */
public final class PromptsFile {

    private static final int SHOWN_PROBLEMS = 10;
    private static final TypeAdapter<JsonElement> JSON =
            new GsonBuilder().setStrictness(Strictness.STRICT).create().getAdapter(JsonElement.class);

    private final Path file;
    private final List<PromptLine> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private PromptsFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the whole file.
     *
     * @throws UserException with what is wrong, one line a problem naming file and line
     */
    public static List<PromptLine> read(Path file) {
        PromptsFile prompts = new PromptsFile(file);
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (!text.isBlank()) {
                    prompts.readLine(number, text);
                }
            }
        } catch (NoSuchFileException e) {
            throw new UserException(ExitCode.CONFIGURATION, file + ": expected a file of prompts, found no such file");
        } catch (CharacterCodingException e) {
            prompts.problems.add(file + ": expected text in UTF-8");
        } catch (IOException e) {
            throw new UserException(ExitCode.CONFIGURATION, file + ": cannot be read: " + e.getMessage(), e);
        }
        if (prompts.problems.isEmpty() && prompts.lines.isEmpty()) {
            prompts.problems.add(file + ": expected a prompt a line, found none");
        }
        refuse(prompts.problems);
        return prompts.lines;
    }

    /**
     * Ends the reading when there are problems.
     *
     * @param problems one line each; many are cut short
     * @throws UserException if there is one
     */
    static void refuse(List<String> problems) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size())));
        if (problems.size() > shown.size()) {
            shown.add("and %,d more".formatted(problems.size() - shown.size()));
        }
        throw new UserException(ExitCode.DATA, String.join("\n  ", shown));
    }

    private void readLine(int number, String text) {
        try {
            JsonElement element = JSON.fromJson(text);
            if (!element.isJsonObject()) {
                problem(number, "expected an object such as {\"prompt\": \"...\"}, found " + kind(element));
                return;
            }
            add(number, element.getAsJsonObject());
        } catch (IOException | JsonParseException e) {
            problem(number, "not valid JSON: " + reason(e));
        }
    }

    private void add(int number, JsonObject object) {
        String prompt = text(number, object, "prompt");
        String reference = text(number, object, "reference");
        String teacherText = text(number, object, "teacherText");
        if (prompt == null || prompt.isEmpty()) {
            if (!object.has("prompt") || prompt != null) {
                problem(number, "expected a text \"prompt\", found " + (object.has("prompt") ? "an empty one" : "none"));
            }
            return;
        }
        lines.add(new PromptLine(number, prompt, reference, teacherText, tags(number, object)));
    }

    private @Nullable String text(int number, JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null || value.isJsonNull() && !name.equals("prompt")) {
            return null;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            problem(number, "\"%s\": expected a text, found %s".formatted(name, kind(value)));
            return null;
        }
        return value.getAsString();
    }

    private Map<String, String> tags(int number, JsonObject object) {
        Map<String, String> tags = new HashMap<>();
        JsonElement value = object.get("tags");
        if (value != null && value.isJsonObject()) {
            value.getAsJsonObject().entrySet().forEach(tag -> {
                String text = text(number, value.getAsJsonObject(), tag.getKey());
                if (text != null) {
                    tags.put(tag.getKey(), text);
                }
            });
        } else if (value != null) {
            problem(number, "\"tags\": expected an object of texts, found " + kind(value));
        }
        return tags;
    }

    private void problem(int number, String message) {
        problems.add("%s:%d: %s".formatted(file, number, message));
    }

    private static String kind(JsonElement element) {
        if (element.isJsonObject()) {
            return "an object";
        } else if (element.isJsonArray()) {
            return "a list";
        } else if (element.isJsonNull()) {
            return "null";
        }
        return element.toString();
    }

    /** Gson's words without its advice and its path. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return (end < 0 ? message : message.substring(0, end)).replaceAll(" at line .*| path \\$.*", "");
    }
}
