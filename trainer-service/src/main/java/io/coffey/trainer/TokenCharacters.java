// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.tokenizer.StreamingDecoder;
import io.coffey.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which characters of a text each of its tokens spells. A character that takes several tokens belongs to all of them,
 * and so do all characters of a run of single-byte tokens to each of the run. Special tokens spell none.
 *
 * @param text of all tokens
 * @param starts first character of each token, [T]
 * @param ends character after its last, [T]; its first where it spells none
 */
record TokenCharacters(String text, int[] starts, int[] ends) {

    /** What a decoder shows of a character that lacks bytes. */
    private static final char REPLACEMENT = '\uFFFD';

    /** Finds them by decoding token by token. */
    static TokenCharacters of(int[] tokens, Tokenizer tokenizer) {
        return new Alignment(tokens, tokenizer).align();
    }

    /** Which share of a token's characters is in a set; 0 of a token without characters. */
    double share(int token, BitSet characters) {
        int count = ends[token] - starts[token];
        return count == 0
                ? 0
                : (double) characters.get(starts[token], ends[token]).cardinality() / count;
    }

    /** The alignment in the making. */
    private static final class Alignment {

        private final int[] tokens;
        private final Tokenizer tokenizer;
        private final Map<Integer, String> alone = new HashMap<>();
        private final StringBuilder text = new StringBuilder();
        private final int[] starts;
        private final int[] ends;
        /** Tokens that have begun a character which is not yet given out. */
        private final List<Integer> waiting = new ArrayList<>();

        Alignment(int[] tokens, Tokenizer tokenizer) {
            this.tokens = tokens;
            this.tokenizer = tokenizer;
            this.starts = new int[tokens.length];
            this.ends = new int[tokens.length];
        }

        TokenCharacters align() {
            StreamingDecoder decoder = tokenizer.stream();
            for (int t = 0; t < tokens.length; t++) {
                add(t, decoder.add(tokens[t]));
            }
            text.append(decoder.end());
            waiting.forEach(t -> ends[t] = text.length());
            return new TokenCharacters(text.toString(), starts, ends);
        }

        /** Takes the text that is certain with a token: what was begun before it, then its own. */
        private void add(int t, String fresh) {
            String itself = alone.computeIfAbsent(tokens[t], id -> tokenizer.decode(new int[] {id}));
            boolean completes = !waiting.isEmpty() && itself.indexOf(REPLACEMENT) == 0;
            boolean begins = fresh.isEmpty() ? !itself.isEmpty() : leavesOpen(t, itself);
            int end = text.length() + fresh.length();
            starts[t] = text.length();
            if (!fresh.isEmpty() && !waiting.isEmpty()) {
                int completed = completes
                        ? end - Math.min(fresh.length(), whole(itself))
                        : Math.min(end, text.length() + begun());
                waiting.forEach(earlier -> ends[earlier] = completed);
                waiting.clear();
                starts[t] = completes ? starts[t] : completed;
            }
            ends[t] = end;
            text.append(fresh);
            if (begins) {
                waiting.add(t);
            }
        }

        /** Whether the last of a token's bytes begin a character. */
        private boolean leavesOpen(int t, String itself) {
            if (itself.isEmpty() || itself.charAt(itself.length() - 1) != REPLACEMENT) {
                return false;
            }
            String so = decoded(IntStream.concat(waiting.stream().mapToInt(i -> i), IntStream.of(t)));
            return so.charAt(so.length() - 1) == REPLACEMENT;
        }

        /** Characters of the tokens that wait, when nothing completes them. */
        private int begun() {
            return decoded(waiting.stream().mapToInt(i -> i)).length();
        }

        private String decoded(IntStream positions) {
            return tokenizer.decode(positions.map(i -> tokens[i]).toArray());
        }

        /** The characters of a token's own text but those at its ends that lack bytes. */
        private static int whole(String itself) {
            int from = 0;
            int to = itself.length();
            while (from < to && itself.charAt(from) == REPLACEMENT) {
                from++;
            }
            while (to > from && itself.charAt(to - 1) == REPLACEMENT) {
                to--;
            }
            return to - from;
        }
    }
}
