// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.coffey.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model directory, as its {@code tokenizer.json} describes it. Never truncates and never pads. Safe
 * for use by several threads; owns native memory until it is closed.
 *
 * <p>Special tokens are added to a text only where the tokenizer's own template says so. Those that a text spells out
 * are text, unless {@link SpecialTokens#PARSED} is asked for: the native library always parses them, so a text that
 * holds one is encoded by a second tokenizer that knows none of them, made when it is first needed.
 */
public final class Tokenizer implements AutoCloseable {

    /** The file that describes a tokenizer. */
    public static final String FILE = "tokenizer.json";

    private static final Map<String, String> OPTIONS = Map.of("truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD");

    private final String subject;
    private final TokenizerFile description;
    private final HuggingFaceTokenizer tokenizer;
    private @Nullable HuggingFaceTokenizer literal;

    private Tokenizer(String subject, TokenizerFile description, HuggingFaceTokenizer tokenizer) {
        this.subject = subject;
        this.description = description;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads {@value #FILE} of a model directory.
     *
     * @throws TokenizerException if the file is missing or is no tokenizer
     */
    public static Tokenizer load(Path modelDirectory) {
        Path file = modelDirectory.resolve(FILE);
        String text = text(file);
        TokenizerFile description = new TokenizerFile(file.toString(), text);
        return new Tokenizer(file.toString(), description, load(file.toString(), text));
    }

    private static HuggingFaceTokenizer load(String subject, String text) {
        System.setProperty("ai.djl.offline", "true"); // the native library is on the class path: fetch nothing
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), OPTIONS);
        } catch (IOException | RuntimeException e) { // the native library reports every fault as RuntimeException
            throw new TokenizerException("%s: not a tokenizer: %s".formatted(subject, StrictJson.firstLine(e)), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new TokenizerException(file + ": no such file: the model has no tokenizer", e);
        } catch (CharacterCodingException e) {
            throw new TokenizerException(file + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new TokenizerException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /** {@link #encode(String, SpecialTokens)} of a text whose special tokens are text. */
    public int[] encode(String text) {
        return encode(text, SpecialTokens.AS_TEXT);
    }

    /** Token ids of a text, with the special tokens that the tokenizer's own template adds. */
    public int[] encode(String text, SpecialTokens spelled) {
        return encode(text, true, spelled);
    }

    /** {@link #encodePlain(String, SpecialTokens)} of a text whose special tokens are text. */
    public int[] encodePlain(String text) {
        return encodePlain(text, SpecialTokens.AS_TEXT);
    }

    /** Token ids of a text with nothing added: of a text that goes on where another ended, or has its own markup. */
    public int[] encodePlain(String text, SpecialTokens spelled) {
        return encode(text, false, spelled);
    }

    private int[] encode(String text, boolean add, SpecialTokens spelled) {
        if (spelled == SpecialTokens.PARSED || !description.maySpellSpecialToken(text)) {
            return ids(tokenizer.encode(text, add, false));
        }
        int[] plain = ids(literal().encode(text, false, false));
        for (int id : plain) {
            if (description.specialIds().contains(id) && id != description.unknownId()) {
                throw new TokenizerException(
                        "%s: the text spells special token %d, and this tokenizer cannot tell the two apart"
                                .formatted(subject, id));
            }
        }
        return add ? ids(literal().encode(text, true, false)) : plain;
    }

    private synchronized HuggingFaceTokenizer literal() {
        if (literal == null) {
            literal = load(subject, description.withoutSpecialTokens());
        }
        return literal;
    }

    private static int[] ids(Encoding encoding) {
        return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    }

    /** The text of token ids, without special tokens. */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /**
     * Decodes token by token, without special tokens.
     *
     * @param context ids before the first: the text given out goes on theirs, with the space that a decoder would strip
     *     from the beginning of a text
     */
    public StreamingDecoder stream(int... context) {
        StreamingDecoder decoder = new StreamingDecoder(
                this::decode,
                id -> description.specialIds().contains(id) || id >= vocabularySize(),
                description.byteIds());
        decoder.follow(context);
        return decoder;
    }

    /** The special tokens that a text spells, in no particular order. */
    public Set<String> specialTokensIn(String text) {
        return description.specialTokens().keySet().stream()
                .filter(text::contains)
                .collect(Collectors.toSet());
    }

    /** The id of a special token by its text, if there is one. */
    public OptionalInt specialToken(String content) {
        Integer id = description.specialTokens().get(content);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * SHA-256, in hexadecimal, of what the tokenizer means: equal for files that differ only in white space, in the
     * order of names, in truncation and padding, or in how a version of the format writes merges and defaults.
     */
    public String fingerprint() {
        return description.fingerprint();
    }

    /** One more than the highest token id, added tokens included. */
    public int vocabularySize() {
        return description.vocabularySize();
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        if (literal != null) {
            literal.close();
        }
    }
}
