// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.coffey.json.StrictJson;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be known of a {@code tokenizer.json} without the native library. */
final class TokenizerFile {

    private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

    private static final String NONCHARACTER = "\uFDD0";

    private final JsonObject json;
    private final Map<String, Integer> specialTokens = new LinkedHashMap<>();
    private final Set<String> modelTokens = new HashSet<>();
    private final BitSet byteIds = new BitSet();
    private final Set<Integer> specialIds;
    private final String fingerprint;
    private boolean matchesNormalized;
    private int vocabularySize;
    private int unknownId = -1;

    /**
     * Parses the text of a tokenizer.json.
     *
     * @throws TokenizerException if the text is no JSON object or its vocabulary has other than ids
     */
    TokenizerFile(String subject, String text) {
        try {
            this.json = StrictJson.object(text);
        } catch (JsonParseException e) {
            throw new TokenizerException(subject + ": " + StrictJson.firstLine(e), e);
        }
        try {
            readModel();
            readAddedTokens();
        } catch (RuntimeException e) { // how the parser says that a value is of another kind
            throw new TokenizerException("%s: not a tokenizer: %s".formatted(subject, StrictJson.firstLine(e)), e);
        }
        this.specialIds = Set.copyOf(specialTokens.values());
        this.fingerprint = TokenizerFingerprint.of(json);
    }

    private void readModel() {
        if (!(json.get("model") instanceof JsonObject model)) {
            return;
        }
        boolean bytes = hasByteFallback(json.get("decoder"));
        JsonElement vocabulary = model.get("vocab");
        if (vocabulary instanceof JsonObject ids) {
            for (Map.Entry<String, JsonElement> token : ids.entrySet()) {
                readToken(token.getKey(), token.getValue().getAsInt(), bytes);
            }
            if (model.get("unk_token") instanceof JsonPrimitive unknown && ids.has(unknown.getAsString())) {
                unknownId = ids.get(unknown.getAsString()).getAsInt();
            }
        } else if (vocabulary instanceof JsonArray pieces) { // unigram: the place is the id
            for (int id = 0; id < pieces.size(); id++) {
                readToken(pieces.get(id).getAsJsonArray().get(0).getAsString(), id, bytes);
            }
            if (model.get("unk_id") instanceof JsonPrimitive unknown) {
                unknownId = unknown.getAsInt();
            }
        }
    }

    private void readToken(String token, int id, boolean bytes) {
        vocabularySize = Math.max(vocabularySize, id + 1);
        modelTokens.add(token);
        if (bytes && BYTE.matcher(token).matches()) {
            byteIds.set(id);
        }
    }

    private void readAddedTokens() {
        if (!(json.get("added_tokens") instanceof JsonArray added)) {
            return;
        }
        for (JsonElement element : added) {
            JsonObject token = element.getAsJsonObject();
            int id = token.get("id").getAsInt();
            vocabularySize = Math.max(vocabularySize, id + 1);
            if (isSpecial(token)) {
                specialTokens.put(token.get("content").getAsString(), id);
                matchesNormalized |= isTrue(token.get("normalized")) && json.get("normalizer") instanceof JsonObject;
            }
        }
    }

    private static boolean isSpecial(JsonObject token) {
        return isTrue(token.get("special"));
    }

    private static boolean isTrue(@Nullable JsonElement element) {
        return element instanceof JsonPrimitive flag && flag.getAsBoolean();
    }

    /** Whether single-byte tokens are put together to characters. */
    private static boolean hasByteFallback(@Nullable JsonElement decoder) {
        if (!(decoder instanceof JsonObject described)) {
            return false;
        }
        if (described.get("decoders") instanceof JsonArray parts) {
            return parts.asList().stream().anyMatch(TokenizerFile::hasByteFallback);
        }
        return described.get("type") instanceof JsonPrimitive type
                && type.getAsString().equals("ByteFallback");
    }

    /** One more than the highest id that the vocabulary or an added token has; 0 if there is no vocabulary. */
    int vocabularySize() {
        return vocabularySize;
    }

    /** Ids of special tokens by their text. */
    Map<String, Integer> specialTokens() {
        return specialTokens;
    }

    /** Ids of special tokens. */
    Set<Integer> specialIds() {
        return specialIds;
    }

    /** Ids of tokens that stand for a single byte, if the decoder puts such together; else none. */
    BitSet byteIds() {
        return byteIds;
    }

    /** The id of what is not in the vocabulary, -1 if there is none. */
    int unknownId() {
        return unknownId;
    }

    /** Whether the native library might find a special token in a text. */
    boolean maySpellSpecialToken(String text) {
        return matchesNormalized || specialTokens.keySet().stream().anyMatch(text::contains);
    }

    /**
     * The text of a tokenizer that finds no special token in a text. They stay in the list where their place there
     * gives the later ones their ids, under names that no text has. What the template adds, it names by id.
     */
    String withoutSpecialTokens() {
        JsonObject changed = json.deepCopy();
        JsonArray kept = new JsonArray();
        for (JsonElement element : changed.getAsJsonArray("added_tokens")) {
            JsonObject token = element.getAsJsonObject();
            if (isSpecial(token)) {
                if (modelTokens.contains(token.get("content").getAsString())) {
                    continue;
                }
                token.addProperty("content", NONCHARACTER + token.get("id").getAsString());
            }
            kept.add(token);
        }
        changed.add("added_tokens", kept);
        return changed.toString();
    }

    /** See {@link Tokenizer#fingerprint}. */
    String fingerprint() {
        return fingerprint;
    }
}
