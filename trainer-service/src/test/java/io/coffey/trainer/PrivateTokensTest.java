// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateTokensTest {

    /** Bytes of a character are written as in GPT-2: é is Ã and ©, a space is Ġ. */
    private static final String BYTE_LEVEL = """
            {"added_tokens": [{"id": 0, "content": "<eos>", "special": true, "single_word": false, "lstrip": false,
                               "rstrip": false, "normalized": false}],
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "merges": [],
               "vocab": {"<eos>": 0, "Call": 1, "Ġ55": 2, "1234": 3, "Ġnow": 4, "nÃ": 5, "©e": 6, "Ã": 7, "©": 8}}}
            """;

    private static final String BYTE_FALLBACK = """
            {"added_tokens": [],
             "decoder": {"type": "Sequence", "decoders": [
               {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
               {"type": "ByteFallback"}, {"type": "Fuse"},
               {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
             "model": {"type": "BPE", "byte_fallback": true, "merges": [],
               "vocab": {"▁To": 0, "<0x0A>": 1, "▁Ann": 2, "<0xC3>": 3, "<0xA9>": 4, "12": 5}}}
            """;

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Tokenizer bytes;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Tokenizer fallback;

    @BeforeEach
    void open() throws IOException {
        bytes = tokenizer("bytes", BYTE_LEVEL);
        fallback = tokenizer("fallback", BYTE_FALLBACK);
    }

    @AfterEach
    void close() {
        bytes.close();
        fallback.close();
    }

    @Test
    void sharesOutTheCharactersOfTokensThatSpanSeveral() {
        // "Call 551234 now": the match is 551234, two of the three characters of the second token
        assertThat(shares(bytes, "\\d+", 1, 2, 3, 4, 0))
                .containsExactly(new double[] {0, 2 / 3.0, 1, 0, 0}, within(1e-12));
        assertThat(shares(bytes, "55", 1, 2, 3, 4)).containsExactly(new double[] {0, 2 / 3.0, 0, 0}, within(1e-12));
        assertThat(shares(bytes, "34 n", 1, 2, 3, 4)).containsExactly(new double[] {0, 0, 0.5, 0.5}, within(1e-12));
        assertThat(shares(bytes, "nobody", 1, 2, 3, 4)).containsOnly(0);
    }

    @Test
    void givesACharacterOfSeveralTokensToEach() {
        // "née": the first token spells n and begins é, the second ends it and spells e
        assertThat(shares(bytes, "é", 5, 6)).containsExactly(new double[] {0.5, 0.5}, within(1e-12));
        assertThat(shares(bytes, "n", 5, 6)).containsExactly(new double[] {0.5, 0}, within(1e-12));
        assertThat(shares(bytes, "e", 5, 6)).containsExactly(new double[] {0, 0.5}, within(1e-12));
        // "éé now": of two characters in a row each has its own tokens
        assertThat(shares(bytes, "^é", 7, 8, 7, 8, 4)).containsExactly(new double[] {1, 1, 0, 0, 0}, within(1e-12));
    }

    @Test
    void keepsSingleBytesApartFromTheTokenBehindThem() {
        // "To\n Anné12"
        assertThat(shares(fallback, "Ann", 0, 1, 2, 3, 4, 5))
                .containsExactly(new double[] {0, 0, 0.75, 0, 0, 0}, within(1e-12));
        assertThat(shares(fallback, "é", 0, 1, 2, 3, 4, 5))
                .containsExactly(new double[] {0, 0, 0, 1, 1, 0}, within(1e-12));
        assertThat(shares(fallback, "\\n|12", 0, 1, 2, 3, 4, 5))
                .containsExactly(new double[] {0, 1, 0, 0, 0, 1}, within(1e-12));
        assertThat(shares(fallback, "é", 0, 3, 4)).containsExactly(new double[] {0, 1, 1}, within(1e-12));
    }

    @Test
    void raisesTheTemperatureWithTheShare() {
        PrivateTokens tokens = new PrivateTokens(Pattern.compile("1|2"), 3, fallback);

        assertThat(tokens.temperatures(new int[] {0, 5, 0})).containsExactly(1, 3, 1);
        assertThat(new PrivateTokens(Pattern.compile("2"), 3, fallback).temperatures(new int[] {0, 5, 0}))
                .containsExactly(1, 2, 1);
    }

    private static double[] shares(Tokenizer tokenizer, String pattern, int... tokens) {
        return new PrivateTokens(Pattern.compile(pattern), 2, tokenizer).shares(tokens);
    }

    private Tokenizer tokenizer(String name, String text) throws IOException {
        Path model = Files.createDirectories(directory.resolve(name));
        Files.writeString(model.resolve(Tokenizer.FILE), text);
        return Tokenizer.load(model);
    }
}
