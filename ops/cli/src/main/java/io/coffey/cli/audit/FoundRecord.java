// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import io.coffey.trainer.Coordinate;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a place of a topic now.
 *
 * @param coordinate the place
 * @param timestamp when its producer made it, in milliseconds since 1970; 0 where nothing can be read
 * @param value the record's bytes; absent where nothing can be read
 * @param trouble why nothing can be read; absent where it can
 */
public record FoundRecord(
        Coordinate coordinate,
        long timestamp,
        byte @Nullable [] value,
        @Nullable String trouble) {

    /** Spelt out, not compact: there javac 17 loses which array parameters may be null. */
    public FoundRecord(Coordinate coordinate, long timestamp, byte @Nullable [] value, @Nullable String trouble) {
        this.coordinate = coordinate;
        this.timestamp = timestamp;
        this.value = value;
        this.trouble = trouble;
    }

    /** A place where nothing can be read. */
    static FoundRecord unreadable(Coordinate coordinate, String trouble) {
        return new FoundRecord(coordinate, 0, null, trouble);
    }
}
