// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.schema.ArchivedHeader;
import io.coffey.schema.ArchivedRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition as an Avro container file, each with its offset, headers and bytes as they stand in the log.
 * The same records give the same file. Neither half holds more than a block of it in memory.
 */
public final class RecordArchive {

    private static final String TOPIC = "coffey.topic";
    private static final String PARTITION = "coffey.partition";
    private static final int SYNC_BYTES = 16;
    /** Packed numbers are nearly random: more effort gains next to nothing. */
    private static final int DEFLATE_LEVEL = 1;

    private RecordArchive() {}

    /** Writes a file. Not thread-safe. */
    public static final class Writer implements AutoCloseable {

        private final DataFileWriter<ArchivedRecord> file;
        private final String topic;
        private final int partition;
        private long last = -1;
        private long count;

        /** Makes a file for a partition; one that is there is replaced. */
        public Writer(Path path, String topic, int partition) throws IOException {
            this.topic = topic;
            this.partition = partition;
            file = new DataFileWriter<>(new SpecificDatumWriter<ArchivedRecord>(BundledSchemas.archivedRecord()));
            file.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
            file.setMeta(TOPIC, topic);
            file.setMeta(PARTITION, partition);
            // Avro's own marker between blocks is random; one of the content's keeps equal runs equal files.
            byte[] sync = Arrays.copyOf(DigestUtils.sha256(topic + "/" + partition), SYNC_BYTES);
            file.create(BundledSchemas.archivedRecord(), Files.newOutputStream(path), sync);
        }

        /**
         * Adds a record.
         *
         * @throws IllegalArgumentException if it is of another partition or does not follow the one before it
         */
        public void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
            if (!record.topic().equals(topic) || record.partition() != partition || record.offset() <= last) {
                throw new IllegalArgumentException("expected a record of %s-%d after offset %d, found %s-%d at %d"
                        .formatted(topic, partition, last, record.topic(), record.partition(), record.offset()));
            }
            file.append(new ArchivedRecord(
                    record.offset(),
                    record.timestamp(),
                    buffer(record.key()),
                    StreamSupport.stream(record.headers().spliterator(), false)
                            .map(header -> new ArchivedHeader(header.key(), buffer(header.value())))
                            .toList(),
                    buffer(record.value())));
            last = record.offset();
            count++;
        }

        /** Records added so far. */
        public long count() {
            return count;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
            return bytes == null ? null : ByteBuffer.wrap(bytes);
        }
    }

    /** Reads a file, by ascending offset. Not thread-safe. */
    public static final class Reader implements Iterator<ConsumerRecord<byte[], byte[]>>, AutoCloseable {

        private final Path path;
        private final DataFileReader<ArchivedRecord> file;
        private final String topic;
        private final int partition;

        /**
         * Opens a file.
         *
         * @throws IOException if it is no archive of a partition
         */
        public Reader(Path path) throws IOException {
            this.path = path;
            file = new DataFileReader<>(
                    path.toFile(), new SpecificDatumReader<ArchivedRecord>(BundledSchemas.archivedRecord()));
            try {
                topic = meta(TOPIC);
                partition = Integer.parseInt(meta(PARTITION));
            } catch (IOException | NumberFormatException e) {
                file.close();
                throw new IOException(path + ": " + e.getMessage(), e);
            }
        }

        private String meta(String name) throws IOException {
            return Optional.ofNullable(file.getMeta(name))
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElseThrow(() -> new IOException("expected the archive of a partition, found no " + name));
        }

        public String topic() {
            return topic;
        }

        public int partition() {
            return partition;
        }

        @Override
        public boolean hasNext() {
            try {
                return file.hasNext();
            } catch (AvroRuntimeException e) {
                throw damaged(e);
            }
        }

        /** @throws UncheckedIOException if what follows is no record */
        @Override
        public ConsumerRecord<byte[], byte[]> next() {
            ArchivedRecord record;
            try {
                record = file.next();
            } catch (NoSuchElementException e) {
                throw e;
            } catch (AvroRuntimeException e) {
                throw damaged(e);
            }
            Headers headers = new RecordHeaders();
            record.getHeaders().forEach(header -> headers.add(header.getName(), bytes(header.getValue())));
            byte[] key = bytes(record.getKey());
            byte[] value = bytes(record.getValue());
            return new ConsumerRecord<>(
                    topic,
                    partition,
                    record.getOffset(),
                    record.getTimestamp(),
                    TimestampType.CREATE_TIME,
                    key == null ? ConsumerRecord.NULL_SIZE : key.length,
                    value == null ? ConsumerRecord.NULL_SIZE : value.length,
                    key,
                    value,
                    headers,
                    Optional.empty());
        }

        private UncheckedIOException damaged(AvroRuntimeException cause) {
            return new UncheckedIOException(
                    new IOException(path + ": not a record of the log: " + cause.getMessage(), cause));
        }

        private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
            if (buffer == null) {
                return null;
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
