// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Text of token ids that come one by one: gives out only what no later token can change, so that all it gives out, put
 * together, is the text of all ids. What it waits for is the rest of a character: until a run of single-byte tokens
 * ends, for an invalid run turns into replacement characters as a whole; and behind a replacement character at the end,
 * which a byte-level vocabulary shows for a character begun.
 *
 * <p>Decodes only the last few ids anew: where the text was whole before the last token, what came earlier decides
 * nothing. Special tokens have no text. For one thread.
 */
public final class StreamingDecoder {

    private static final char REPLACEMENT = '\uFFFD';

    /** Unfinished ids from which on the window is cut where its parts give the text of the whole. */
    private static final int LONG = 16;

    private final Function<int[], String> decode;
    private final IntPredicate silent;
    private final BitSet bytes;
    private int[] window = new int[LONG];
    private int length;
    /** Ids of the window up to the last place where its text was whole. */
    private int whole;
    /** Characters of the window's text that were given out. */
    private int given;

    StreamingDecoder(Function<int[], String> decode, IntPredicate silent, BitSet bytes) {
        this.decode = decode;
        this.silent = silent;
        this.bytes = bytes;
    }

    /** Takes ids whose text is known, of which the last few decide how text goes on. */
    void follow(int[] context) {
        int from = Math.max(0, context.length - LONG);
        while (from > 0 && (bytes.get(context[from]) || silent.test(context[from]))) {
            from--;
        }
        for (int i = from; i < context.length; i++) {
            add(context[i]);
        }
    }

    /** Takes the next token; returns the text that is certain now, often empty. */
    public String add(int id) {
        if (silent.test(id)) {
            return "";
        }
        if (length == window.length) {
            window = Arrays.copyOf(window, 2 * length);
        }
        window[length++] = id;
        if (bytes.get(id)) {
            return "";
        }
        String text = text(0, length);
        boolean open = !text.isEmpty() && text.charAt(text.length() - 1) == REPLACEMENT;
        String fresh = fresh(text, open ? text.length() - 1 : text.length());
        if (!open) {
            startAt(whole);
            whole = length;
        } else if (length >= LONG) {
            cut(text);
        }
        return fresh;
    }

    /** No token follows: returns the rest of the text. */
    public String end() {
        String text = text(0, length);
        String rest = fresh(text, text.length());
        length = 0;
        whole = 0;
        given = 0;
        return rest;
    }

    private String fresh(String text, int certain) {
        String fresh = text.substring(Math.min(given, certain), certain);
        given = Math.max(given, certain);
        return fresh;
    }

    /** Forgets ids before a place, if those behind it have a text: a decoder may strip the beginning of the first. */
    private void startAt(int place) {
        String rest = text(place, length);
        if (place > 0 && !rest.isEmpty()) {
            System.arraycopy(window, place, window, 0, length - place);
            length -= place;
            given = rest.length();
        }
    }

    /** A text that stays open is rubbish: halves the window, if no character lies across the cut. */
    private void cut(String text) {
        int half = length / 2;
        String rest = text(half, length);
        if (text.equals(text(0, half) + rest)) {
            System.arraycopy(window, half, window, 0, length - half);
            length -= half;
            given = Math.max(0, given - (text.length() - rest.length()));
            whole = 0;
        }
    }

    private String text(int from, int to) {
        return decode.apply(Arrays.copyOfRange(window, from, to));
    }
}
