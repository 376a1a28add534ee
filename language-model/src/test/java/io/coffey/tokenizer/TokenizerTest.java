// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenizerTest {

    /** Digits and signs, one token each; not in canonical form. */
    private static final String CHARACTERS = """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 0, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true},
                              {"id": 5, "content": "<eos>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true}],
             "normalizer": null,
             "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
             "post_processor": null, "decoder": {"type": "Fuse"},
             "model": {"type": "WordLevel", "unk_token": "<pad>",
                       "vocab": {"<pad>": 0, "1": 1, "2": 2, "+": 3, "=": 4, "<eos>": 5}}}
            """;

    @TempDir
    private Path directory;

    @Test
    void encodesAndDecodesWithoutSpecialTokens() throws IOException {
        try (Tokenizer tokenizer = tokenizer(CHARACTERS)) {
            assertThat(tokenizer.encode("1+2=")).containsExactly(1, 3, 2, 4);
            assertThat(tokenizer.encode("")).isEmpty();
            assertThat(tokenizer.decode(new int[] {1, 3, 2, 4, 5})).isEqualTo("1+2=");
            assertThat(tokenizer.decode(new int[0])).isEmpty();
            assertThat(tokenizer.vocabularySize()).isEqualTo(6);
        }
    }

    @Test
    void neverTruncates() throws IOException {
        try (Tokenizer tokenizer = tokenizer(CHARACTERS.replace(
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 3, \"strategy\": \"LongestFirst\","
                        + " \"stride\": 0}"))) {
            assertThat(tokenizer.encode("1+2=".repeat(1000))).hasSize(4000);
        }
    }

    @Test
    void fingerprintsTheMeaningAndNotTheText() throws IOException {
        String reordered = CHARACTERS
                .replaceAll("\\s+", " ")
                .replace("\"1\": 1, \"2\": 2", "\"2\": 2, \"1\": 1")
                .replace(
                        "\"padding\": null",
                        "\"padding\": {\"strategy\": \"BatchLongest\", \"direction\": \"Right\","
                                + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"<pad>\"}");

        assertThat(fingerprint(reordered)).isEqualTo(fingerprint(CHARACTERS)).matches("[0-9a-f]{64}");
    }

    @Test
    void fingerprintsDifferForDifferentVocabularies() throws IOException {
        String swapped = CHARACTERS.replace("\"1\": 1, \"2\": 2", "\"1\": 2, \"2\": 1");

        assertThat(fingerprint(swapped)).isNotEqualTo(fingerprint(CHARACTERS));
    }

    @Test
    void fingerprintsAlikeWhatOlderAndNewerWritersSayInOtherWords() throws IOException {
        String older = """
                {"added_tokens": [], "model": {"type": "BPE", "dropout": null, "fuse_unk": false,
                  "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
                """;
        String newer = """
                {"added_tokens": [], "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false,
                  "byte_fallback": false, "ignore_merges": false,
                  "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}
                """;

        assertThat(fingerprint(newer)).isEqualTo(fingerprint(older));
        assertThat(fingerprint(newer.replace("\"ignore_merges\": false", "\"ignore_merges\": true")))
                .isNotEqualTo(fingerprint(older));
        assertThat(fingerprint(newer.replace("[\"a\", \"b\"]", ""))).isNotEqualTo(fingerprint(older));
    }

    @Test
    void fingerprintsEverythingThatDecidesIds() throws IOException {
        String plain = fingerprint(CHARACTERS);

        assertThat(fingerprint(CHARACTERS.replace("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}")))
                .isNotEqualTo(plain);
        assertThat(fingerprint(CHARACTERS.replace("\"Isolated\"", "\"Removed\"")))
                .isNotEqualTo(plain);
        assertThat(fingerprint(CHARACTERS.replaceFirst("\"special\": true", "\"special\": false")))
                .isNotEqualTo(plain);
        assertThat(fingerprint(CHARACTERS.replace("\"decoder\": {\"type\": \"Fuse\"}", "\"decoder\": null")))
                .isNotEqualTo(plain);
    }

    @Test
    void takesSpecialTokensOfATextAsTextUnlessToldToParseThem() throws IOException {
        try (Tokenizer tokenizer = tokenizer(CHARACTERS)) {
            assertThat(tokenizer.encode("1<eos>2"))
                    .containsExactly(1, 0, 0, 0, 0, 0, 2); // unknown characters are <pad>
            assertThat(tokenizer.encodePlain("<eos>")).containsExactly(0, 0, 0, 0, 0);
            assertThat(tokenizer.encode("1<eos>2", SpecialTokens.PARSED)).containsExactly(1, 5, 2);
            assertThat(tokenizer.specialTokensIn("1<eos>2")).containsExactly("<eos>");
            assertThat(tokenizer.specialToken("<eos>")).hasValue(5);
            assertThat(tokenizer.specialToken("1")).isEmpty();
        }
    }

    /** Ids of added tokens are places in a list, so none may leave it. */
    @Test
    void keepsTheIdsOfAddedTokensThatAreNotSpecial() throws IOException {
        String added = CHARACTERS
                .replace("\"=\": 4, \"<eos>\": 5", "\"=\": 4")
                .replace("\"normalized\": false, \"special\": true}],", """
                        "normalized": false, "special": true},
                        {"id": 6, "content": "<call>", "single_word": false, "lstrip": false, "rstrip": false,
                         "normalized": false, "special": false}],""");
        try (Tokenizer tokenizer = tokenizer(added)) {
            assertThat(tokenizer.encode("1<call><eos>", SpecialTokens.PARSED)).containsExactly(1, 6, 5);
            assertThat(tokenizer.encode("1<call><eos>")).containsExactly(1, 6, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void refusesATextWhoseSpecialTokenTheModelItselfFinds() throws IOException {
        String wholeWords = CHARACTERS.replace(
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \".\"}, \"behavior\": \"Isolated\", \"invert\": false}",
                "null");
        try (Tokenizer tokenizer = tokenizer(wholeWords)) {
            assertThat(tokenizer.encode("<eos>", SpecialTokens.PARSED)).containsExactly(5);
            assertThatThrownBy(() -> tokenizer.encode("<eos>"))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining(
                            "the text spells special token 5, and this tokenizer cannot tell the two apart");
        }
    }

    @Test
    void saysInOneLineThatTheFileIsMissing() {
        assertThatThrownBy(() -> Tokenizer.load(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessage(directory.resolve("tokenizer.json") + ": no such file: the model has no tokenizer");
    }

    @Test
    void saysInOneLineThatTheFileIsNoTokenizer() {
        assertRefused("{", "not valid JSON");
        assertRefused("[]", "expected a JSON object");
        assertRefused("{}", "not a tokenizer");
        assertRefused(CHARACTERS.replace("\"2\": 2", "\"2\": \"two\""), "two");
        assertRefused(CHARACTERS.replace("\"id\": 5, ", ""), "not a tokenizer");
        assertRefused(CHARACTERS.replace("WordLevel", "Unheard"), "not a tokenizer");
    }

    private void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> tokenizer(text).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(directory.resolve("tokenizer.json").toString())
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    private String fingerprint(String text) throws IOException {
        try (Tokenizer tokenizer = tokenizer(text)) {
            return tokenizer.fingerprint();
        }
    }

    private Tokenizer tokenizer(String text) throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), text);
        return Tokenizer.load(directory);
    }
}
