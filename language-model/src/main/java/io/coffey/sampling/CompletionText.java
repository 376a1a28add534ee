// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import io.coffey.tokenizer.StreamingDecoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * The text of a completion as it grows, up to the first stop string. Holds back what may turn out to begin one; gives
 * the rest to a reader at once.
 */
final class CompletionText {

    private final StreamingDecoder decoder;
    private final List<String> stopStrings;
    private final Consumer<String> reader;
    private final StringBuilder text = new StringBuilder();
    private int read;
    private boolean stopped;

    CompletionText(StreamingDecoder decoder, List<String> stopStrings, Consumer<String> reader) {
        this.decoder = decoder;
        this.stopStrings = stopStrings;
        this.reader = reader;
    }

    /** Takes a token; returns whether its text completed a stop string. */
    boolean add(int token) {
        append(decoder.add(token));
        return stopped;
    }

    /** No token follows. Returns whether the last piece of text completed a stop string. */
    boolean end() {
        append(decoder.end());
        giveUpTo(text.length());
        return stopped;
    }

    /** All of it, once it has ended. */
    String text() {
        return text.toString();
    }

    private void append(String piece) {
        if (stopped || piece.isEmpty()) {
            return;
        }
        text.append(piece);
        int stop = -1;
        for (String stopString : stopStrings) {
            int found = text.indexOf(stopString, read);
            stop = found >= 0 && (stop < 0 || found < stop) ? found : stop;
        }
        if (stop >= 0) {
            text.setLength(stop);
            stopped = true;
        }
        giveUpTo(stopped ? text.length() : text.length() - begun());
    }

    /** How many characters at the end may be the beginning of a stop string. */
    private int begun() {
        int longest = 0;
        for (String stopString : stopStrings) {
            int most = Math.min(stopString.length() - 1, text.length() - read);
            for (int count = most; count > longest; count--) {
                if (stopString.startsWith(text.substring(text.length() - count))) {
                    longest = count;
                }
            }
        }
        return longest;
    }

    private void giveUpTo(int end) {
        if (end > read) {
            reader.accept(text.substring(read, end));
            read = end;
        }
    }
}
