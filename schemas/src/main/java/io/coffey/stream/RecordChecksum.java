// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What the ledger keeps of a record, so that a replay knows the record again. */
public final class RecordChecksum {

    private RecordChecksum() {}

    /**
     * CRC-32C of a record's bytes, as Kafka computes it for its batches.
     *
     * @param value of the record; one without a value counts as no bytes, 0
     */
    public static int of(byte @Nullable [] value) {
        CRC32C crc = new CRC32C();
        if (value != null) {
            crc.update(value);
        }
        return (int) crc.getValue();
    }
}
