// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the canonical bytes of an adapter begin with: one line of text, {@code coffey-adapter 1 RANK ALPHA TARGETS
 * BASE}, of which nothing can be written in two ways.
 *
 * @param settings what the adapter is made of
 * @param base digest of the weights it is for, or empty
 */
record AdapterHeader(AdapterSettings settings, String base) {

    private static final String MAGIC = "coffey-adapter 1";
    private static final int LIMIT_BYTES = 4096;

    byte[] toBytes() {
        String line = "%s %d %s %s %s\n"
                .formatted(MAGIC, settings.rank(), settings.alpha(), String.join(",", settings.targets()), base);
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a header; the buffer's position moves behind it.
     *
     * @throws IllegalArgumentException if there is none
     */
    static AdapterHeader read(ByteBuffer bytes) {
        StringBuilder line = new StringBuilder();
        try {
            for (char next = (char) bytes.get();
                    next != '\n' && line.length() < LIMIT_BYTES;
                    next = (char) bytes.get()) {
                line.append(next);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("expected the bytes of an adapter, found " + line.length(), e);
        }
        String[] parts = line.toString().split(" ", -1);
        if (parts.length != 6 || !(parts[0] + ' ' + parts[1]).equals(MAGIC)) {
            throw new IllegalArgumentException("expected bytes that begin with \"%s\", found others".formatted(MAGIC));
        }
        AdapterSettings settings = new AdapterSettings(
                Integer.parseInt(parts[2]), Double.parseDouble(parts[3]), List.of(parts[4].split(",", -1)));
        return new AdapterHeader(settings, parts[5]);
    }
}
