// SPDX-License-Identifier: Apache-2.0
package io.coffey.chat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code tokenizer_config.json} says of chats; empty if there is no such file. */
final class TokenizerConfig {

    static final String FILE = "tokenizer_config.json";

    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Path file;
    private final JsonObject json;

    private TokenizerConfig(Path file, JsonObject json) {
        this.file = file;
        this.json = json;
    }

    static TokenizerConfig read(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            return new TokenizerConfig(file, Files.exists(file) ? StrictJson.object(text(file)) : new JsonObject());
        } catch (JsonParseException e) {
            throw new ChatTemplateException(file + ": " + StrictJson.firstLine(e), e);
        }
    }

    /** The text of a file. */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ChatTemplateException(file + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new ChatTemplateException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    Path file() {
        return file;
    }

    /** The template of a name; where there is only one, it is named {@code default}. */
    Optional<String> template(String name) {
        JsonElement template = json.get("chat_template");
        if (template instanceof JsonPrimitive text && text.isString()) {
            return name.equals(ChatTemplate.DEFAULT) ? Optional.of(text.getAsString()) : Optional.empty();
        } else if (template instanceof JsonArray named) {
            for (JsonElement element : named) {
                if (element instanceof JsonObject one
                        && name.equals(string(one.get("name")).orElse(""))) {
                    return string(one.get("template"));
                }
            }
        } else if (template != null && !template.isJsonNull()) {
            throw new ChatTemplateException(file + ": expected chat_template to be a string or a list of named ones");
        }
        return Optional.empty();
    }

    /** The texts of the special tokens that have a role, by the name of the role. */
    Map<String, String> specialTokens() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String role : SPECIAL_TOKENS) {
            JsonElement token = json.get(role);
            string(token instanceof JsonObject described ? described.get("content") : token)
                    .ifPresent(text -> tokens.put(role, text));
        }
        return tokens;
    }

    private static Optional<String> string(@Nullable JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString()
                ? Optional.of(primitive.getAsString())
                : Optional.empty();
    }
}
