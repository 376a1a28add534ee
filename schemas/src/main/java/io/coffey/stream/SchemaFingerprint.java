// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** The CRC-64-AVRO fingerprint of a schema's canonical form, as a number and as 16 hexadecimal digits. */
final class SchemaFingerprint {

    private SchemaFingerprint() {}

    static long of(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }
}
