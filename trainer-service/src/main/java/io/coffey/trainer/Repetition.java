// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;

/** How many texts repeat themselves: zlib makes their ends more than ten times smaller (Stable-OPD's RepRate). */
public final class Repetition {

    private static final int END_CHARACTERS = 10_000;
    private static final double REPETITIVE = 10;

    private Repetition() {}

    /** The share of the texts that do; 0 of none. */
    public static double share(List<String> texts) {
        long repetitive =
                texts.stream().filter(text -> ratio(text) > REPETITIVE).count();
        return texts.isEmpty() ? 0 : (double) repetitive / texts.size();
    }

    /** Bytes of the text's end over bytes that zlib makes of it. */
    static double ratio(String text) {
        byte[] end = text.substring(Math.max(0, text.length() - END_CHARACTERS)).getBytes(StandardCharsets.UTF_8);
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(end);
            deflater.finish();
            byte[] buffer = new byte[4096];
            long compressed = 0;
            while (!deflater.finished()) {
                compressed += deflater.deflate(buffer);
            }
            return (double) end.length / compressed;
        } finally {
            deflater.end();
        }
    }
}
