// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.Optional;

/** Where schemas that this build does not know are looked up: those of older and newer writers of the same stream. */
@FunctionalInterface
public interface SchemaSource {

    /**
     * The schema of a fingerprint, looked up afresh: a schema that was published a moment ago is found.
     *
     * @param fingerprint CRC-64-AVRO of the canonical form, 16 hexadecimal digits
     * @return the schema as JSON; empty when nobody published it
     */
    Optional<String> schema(String fingerprint);

    /** Knows nothing: only the schemas of this build can be read. */
    static SchemaSource none() {
        return fingerprint -> Optional.empty();
    }
}
