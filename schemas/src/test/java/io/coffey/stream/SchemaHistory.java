// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;

/**
 * The schemas of every release, one directory each, and records written with them. A directory never changes once its
 * release is out.
 */
final class SchemaHistory implements SchemaSource {

    static final Path DIRECTORY = Path.of("src", "test", "resources", "schema-history");

    private final Map<String, Schema> byFingerprint = new TreeMap<>();

    SchemaHistory() {
        for (Path release : releases()) {
            for (Schema schema : schemas(release)) {
                byFingerprint.put(SchemaFingerprint.hex(SchemaFingerprint.of(schema)), schema);
            }
        }
    }

    static List<Path> releases() {
        return list(DIRECTORY, "");
    }

    static List<Schema> schemas(Path release) {
        return list(release, ".avsc").stream()
                .map(file -> new Schema.Parser().parse(read(file)))
                .toList();
    }

    /** The bytes of a record that the release wrote. */
    static byte[] record(Path release, String name) {
        return HexFormat.of().parseHex(read(release.resolve(name + ".hex")).replace("\n", ""));
    }

    /** Adds a release: this build's schemas and the given records. */
    static void add(Path release, Map<String, byte[]> records) throws IOException {
        Files.createDirectories(release);
        for (Schema schema : BundledSchemas.all()) {
            Files.writeString(
                    release.resolve(schema.getName() + ".avsc"), SchemaFormatter.format("json/pretty", schema) + "\n");
        }
        for (Map.Entry<String, byte[]> entry : records.entrySet()) {
            String lines = HexFormat.of().formatHex(entry.getValue()).replaceAll("(.{96})(?=.)", "$1\n");
            Files.writeString(release.resolve(entry.getKey() + ".hex"), lines + "\n");
        }
    }

    @Override
    public Optional<String> schema(String fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint)).map(Schema::toString);
    }

    private static List<Path> list(Path directory, String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
