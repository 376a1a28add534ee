// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Guarantee: a record holds nothing of a text, be it as text or as token ids, in its key, its value or its headers. The
 * texts must be ones that nobody can guess.
 */
final class NeverShown {

    /** Characters, or tokens, in a row that count as a piece of a text. */
    private static final int PIECE = 12;

    private final List<byte[]> pieces = new ArrayList<>();

    NeverShown(List<String> texts, Tokenizer tokenizer) {
        for (String text : texts) {
            for (int from = 0; from + PIECE <= text.length(); from++) {
                pieces.add(text.substring(from, from + PIECE).getBytes(StandardCharsets.UTF_8));
            }
            int[] ids = tokenizer.encodePlain(text);
            for (int from = 0; from + PIECE <= ids.length; from++) {
                int[] piece = Arrays.copyOfRange(ids, from, from + PIECE);
                pieces.add(packed(piece, Short.BYTES));
                pieces.add(packed(piece, Integer.BYTES));
            }
        }
    }

    void check(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            throw new AssertionError("topic " + topic + " has no records to check");
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            check(topic, record.offset(), record.key());
            check(topic, record.offset(), record.value());
            for (Header header : record.headers()) {
                check(topic, record.offset(), header.value());
            }
        }
    }

    private void check(String topic, long offset, byte[] bytes) {
        // Every byte as one character, so that the search of strings can be used.
        String haystack = new String(bytes, StandardCharsets.ISO_8859_1);
        for (byte[] piece : pieces) {
            if (haystack.contains(new String(piece, StandardCharsets.ISO_8859_1))) {
                throw new AssertionError("topic %s, offset %d shows a piece of a reference".formatted(topic, offset));
            }
        }
    }

    /** As the log packs token ids: little-endian, in two bytes each where all fit, else in four. */
    private static byte[] packed(int[] ids, int width) {
        byte[] bytes = new byte[width * ids.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (ids[i / width] >>> (Byte.SIZE * (i % width)));
        }
        return bytes;
    }
}
