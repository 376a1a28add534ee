// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordArchiveTest {

    @TempDir
    private Path directory;

    @Test
    void givesBackEveryByteOffsetTimeAndHeader() throws Exception {
        Path file = write("a.avro", record(0, "key", "value", "coffey.request"), record(7, null, null));

        List<ConsumerRecord<byte[], byte[]>> read = read(file);

        assertThat(read).hasSize(2);
        ConsumerRecord<byte[], byte[]> first = read.get(0);
        assertThat(first.topic()).isEqualTo("sum.scored-trajectories");
        assertThat(first.partition()).isEqualTo(1);
        assertThat(first.offset()).isZero();
        assertThat(first.timestamp()).isEqualTo(1000);
        assertThat(first.key()).asString().isEqualTo("key");
        assertThat(first.value()).asString().isEqualTo("value");
        assertThat(first.headers().toArray()).singleElement().satisfies(header -> {
            assertThat(header.key()).isEqualTo("coffey.request");
            assertThat(header.value()).asString().isEqualTo("12");
        });
        assertThat(read.get(1).offset()).isEqualTo(7);
        assertThat(read.get(1).key()).isNull();
        assertThat(read.get(1).value()).isNull();
        assertThat(read.get(1).headers()).isEmpty();
    }

    @Test
    void equalRecordsGiveEqualFiles() throws Exception {
        Path first = write("a.avro", record(0, "key", "value"));
        Path second = write("b.avro", record(0, "key", "value"));
        Path other = write("c.avro", record(1, "key", "value"));

        assertThat(Files.readAllBytes(second)).isEqualTo(Files.readAllBytes(first));
        assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(first));
    }

    @Test
    void takesOneRecordAfterTheOtherOfOnePartition() throws Exception {
        try (RecordArchive.Writer writer =
                new RecordArchive.Writer(directory.resolve("a.avro"), "sum.scored-trajectories", 1)) {
            writer.add(record(4, "key", "value"));

            assertThatThrownBy(() -> writer.add(record(4, "key", "value")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a record of sum.scored-trajectories-1 after offset 4, found"
                            + " sum.scored-trajectories-1 at 4");
            assertThat(writer.count()).isEqualTo(1);
        }
    }

    @Test
    void saysWhichFileIsDamaged() throws Exception {
        Path file = write("a.avro", record(0, "key", "value".repeat(100)));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        Path none = Files.writeString(directory.resolve("none.avro"), "no archive of ours");

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a.avro: not a record of the log");
        assertThatThrownBy(() -> read(none)).isInstanceOf(IOException.class);
    }

    @SafeVarargs
    private Path write(String name, ConsumerRecord<byte[], byte[]>... records) throws IOException {
        Path file = directory.resolve(name);
        try (RecordArchive.Writer writer = new RecordArchive.Writer(file, "sum.scored-trajectories", 1)) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                writer.add(record);
            }
        }
        return file;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(Path file) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (RecordArchive.Reader reader = new RecordArchive.Reader(file)) {
            reader.forEachRemaining(records::add);
        }
        return records;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, @Nullable String key, @Nullable String value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (String header : headers) {
            all.add(header, "12".getBytes(StandardCharsets.UTF_8));
        }
        return new ConsumerRecord<>(
                "sum.scored-trajectories",
                1,
                offset,
                1000,
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                all,
                Optional.empty());
    }
}
