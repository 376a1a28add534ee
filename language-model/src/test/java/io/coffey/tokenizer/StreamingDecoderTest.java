// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.weights.SharedData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given out piece by piece against the text of the whole. */
final class StreamingDecoderTest {

    private static final String MIXED =
            "  Zwölf Boxkämpfer\n\n\tjagen Viktor 你好，世界 🦊👩‍👩‍👧 quer… Ωμέγα  नमस्ते end </s> x ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizers/gpt2-base",
                "tokenizers/tinyllama-1.1b-3T",
                "models/stories260K",
                "models/babyllama-tok105",
                "models/toy-sum5-teacher"
            })
    void givesTheTextOfTheWholeForTextAndForRubbish(String directory) {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path(directory))) {
            checkEveryPrefix(tokenizer, tokenizer.encode(MIXED));
            SplittableRandom random = new SplittableRandom(7);
            int vocabulary = tokenizer.vocabularySize();
            for (int round = 0; round < 60; round++) {
                // Low ids are the bytes and the special tokens in all of these vocabularies.
                int bound = List.of(vocabulary, 260, 3, vocabulary + 5).get(round % 4);
                checkEveryPrefix(
                        tokenizer, random.ints(1 + random.nextInt(60), 0, bound).toArray());
            }
        }
    }

    /** Each prefix as a whole stream, and each piece of the longest one as it came. */
    private static void checkEveryPrefix(Tokenizer tokenizer, int[] ids) {
        StringBuilder sofar = new StringBuilder();
        StreamingDecoder running = tokenizer.stream();
        for (int length = 1; length <= ids.length; length++) {
            sofar.append(running.add(ids[length - 1]));
            int[] prefix = Arrays.copyOf(ids, length);
            StreamingDecoder ended = tokenizer.stream();
            StringBuilder whole = new StringBuilder();
            for (int id : prefix) {
                whole.append(ended.add(id));
            }
            whole.append(ended.end());

            assertThat(whole.toString()).as(Arrays.toString(prefix)).isEqualTo(tokenizer.decode(prefix));
            assertThat(whole.toString()).startsWith(sofar);
        }
    }

    @Test
    void givesWordsAsTheyComeAndCharactersWhenTheyAreWhole() {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("tokenizers/gpt2-base"))) {
            assertThat(pieces(tokenizer, tokenizer.encode("Hello wide world")))
                    .containsExactly("Hello", " wide", " world", "");
            // The fox is three tokens of its four bytes.
            assertThat(pieces(tokenizer, tokenizer.encode("a🦊b"))).containsExactly("a", "", "", "🦊", "b", "");
        }
    }

    @Test
    void waitsForTheEndOfARunOfBytes() {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("tokenizers/tinyllama-1.1b-3T"))) {
            int[] fox = {3 + 0xF0, 3 + 0x9F, 3 + 0xA6, 3 + 0x8A};
            int[] broken = {
                3 + 0xF0, 3 + 0x9F, 3 + 0xA6, 3 + 0x8A, 3 + 0xFF, tokenizer.encodePlain("a")[0]
            };

            assertThat(pieces(tokenizer, fox)).containsExactly("", "", "", "", "🦊");
            assertThat(pieces(tokenizer, broken)).containsExactly("", "", "", "", "", "\uFFFD".repeat(5) + " a", "");
        }
    }

    @Test
    void keepsTheSpaceOfAWordBehindASpecialToken() {
        try (Tokenizer tokenizer = Tokenizer.load(SharedData.path("tokenizers/tinyllama-1.1b-3T"))) {
            int[] ids = tokenizer.encode("one two");

            assertThat(pieces(tokenizer, new int[] {ids[0], ids[1], 2, ids[2], 2, 2, ids[2]}))
                    .containsExactly("", "one", "", " two", "", "", " two", "");
        }
    }

    @Test
    void decodesOnlyAFewIdsForEachToken() {
        List<Integer> lengths = new ArrayList<>();
        StreamingDecoder decoder = new StreamingDecoder(
                ids -> {
                    lengths.add(ids.length);
                    return latin(ids);
                },
                id -> false,
                new BitSet());
        int[] text = IntStream.range(0, 20_000)
                .map(i -> i < 10_000 ? 'a' + i % 26 : 0xFFFD)
                .toArray();

        StringBuilder whole = new StringBuilder();
        for (int id : text) {
            whole.append(decoder.add(id));
        }
        whole.append(decoder.end());

        assertThat(whole.toString()).isEqualTo(latin(text));
        assertThat(lengths).hasSizeLessThan(4 * text.length).allMatch(length -> length <= 17);
    }

    private static String latin(int[] ids) {
        return new String(ids, 0, ids.length);
    }

    private static List<String> pieces(Tokenizer tokenizer, int[] ids) {
        StreamingDecoder decoder = tokenizer.stream();
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(decoder.add(id));
        }
        pieces.add(decoder.end());
        return pieces;
    }
}
