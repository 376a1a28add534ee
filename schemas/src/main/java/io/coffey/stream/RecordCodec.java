// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import org.jspecify.annotations.Nullable;

/**
 * Turns a value into the bytes of a record and back. Equal values give equal bytes, and what is decoded is bit for bit
 * what was encoded. Safe for use by several threads.
 *
 * @param <T> type of the value
 */
public interface RecordCodec<T> {

    /**
     * The bytes of a value.
     *
     * @throws IllegalArgumentException if the value holds what no reader would accept, such as a log-probability that
     *     is not a number
     */
    byte[] encode(T value);

    /**
     * The value of some bytes.
     *
     * @param bytes value of a Kafka record; null where the record has none
     * @throws UndecodableRecordException if the bytes are not a valid value of this type
     */
    T decode(byte @Nullable [] bytes);
}
