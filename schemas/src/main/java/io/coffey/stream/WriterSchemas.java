// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;

/**
 * The schemas records were written with, by fingerprint: this build's own first, then those of a {@link SchemaSource}.
 * A schema from outside is believed only if it has the fingerprint it was found under, and only its canonical form is
 * used, so nothing but names and types gets in.
 */
final class WriterSchemas {

    private final SchemaSource source;
    private final Map<Long, Schema> known = new ConcurrentHashMap<>();

    WriterSchemas(SchemaSource source) {
        this.source = source;
        for (Schema schema : BundledSchemas.all()) {
            known.put(SchemaFingerprint.of(schema), schema);
        }
    }

    Optional<Schema> find(long fingerprint) {
        Schema schema = known.get(fingerprint);
        if (schema != null) {
            return Optional.of(schema);
        }
        Optional<Schema> found =
                source.schema(SchemaFingerprint.hex(fingerprint)).flatMap(WriterSchemas::parse);
        Optional<Schema> genuine = found.filter(candidate -> SchemaFingerprint.of(candidate) == fingerprint);
        genuine.ifPresent(candidate -> known.put(fingerprint, candidate));
        return genuine;
    }

    private static Optional<Schema> parse(String json) {
        try {
            Schema published = new Schema.Parser().parse(json);
            return Optional.of(new Schema.Parser().parse(SchemaNormalization.toParsingForm(published)));
        } catch (SchemaParseException e) {
            // Not a schema: the same as not published. The record that needs it says so.
            return Optional.empty();
        }
    }
}
