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

/**
 * The tokenizer of a model directory, as its {@code tokenizer.json} describes it. Never truncates and never pads. Safe
 * for use by several threads; owns native memory until it is closed.
 */
public final class Tokenizer implements AutoCloseable {

    /** The file that describes a tokenizer. */
    public static final String FILE = "tokenizer.json";

    private static final Map<String, String> OPTIONS = Map.of("truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD");

    private final HuggingFaceTokenizer tokenizer;
    private final String fingerprint;
    private final int vocabularySize;

    private Tokenizer(HuggingFaceTokenizer tokenizer, String fingerprint, int vocabularySize) {
        this.tokenizer = tokenizer;
        this.fingerprint = fingerprint;
        this.vocabularySize = vocabularySize;
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
        System.setProperty("ai.djl.offline", "true"); // the native library is on the class path: fetch nothing
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), OPTIONS),
                    description.fingerprint(),
                    description.vocabularySize());
        } catch (IOException | RuntimeException e) { // the native library reports every fault as RuntimeException
            throw new TokenizerException("%s: not a tokenizer: %s".formatted(file, StrictJson.firstLine(e)), e);
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

    /** Token ids of {@code text}; special tokens are added only if the tokenizer's own template says so. */
    public int[] encode(String text) {
        return ids(tokenizer.encode(text, true, false));
    }

    /** Token ids of {@code text} without any special tokens: of a text that goes on where another ended. */
    public int[] encodePlain(String text) {
        return ids(tokenizer.encode(text, false, false));
    }

    private static int[] ids(Encoding encoding) {
        return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
    }

    /** The text of token ids, without special tokens. */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /**
     * SHA-256, in hexadecimal, of what the tokenizer means: equal for files that differ only in white space, in the
     * order of names, or in truncation and padding.
     */
    public String fingerprint() {
        return fingerprint;
    }

    /** One more than the highest token id, added tokens included. */
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
