// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Avro's single-object encoding: the bytes C3 01, the CRC-64-AVRO fingerprint of the writer's schema (little-endian),
 * the datum.
 */
final class SingleObjectCodec<T, R extends SpecificRecordBase> implements RecordCodec<T> {

    private static final short MAGIC = (short) 0xC301;
    private static final int HEADER_BYTES = 10;

    private final Schema schema;
    private final byte[] header;
    private final RecordMapping<T, R> mapping;
    private final WriterSchemas writerSchemas;
    private final SpecificDatumWriter<R> writer;
    private final Map<Long, DatumReader<R>> readers = new ConcurrentHashMap<>();
    private final ThreadLocal<Output> outputs = ThreadLocal.withInitial(Output::new);

    SingleObjectCodec(Schema schema, RecordMapping<T, R> mapping, WriterSchemas writerSchemas) {
        this.schema = schema;
        this.header = header(SchemaFingerprint.of(schema));
        this.mapping = mapping;
        this.writerSchemas = writerSchemas;
        this.writer = new SpecificDatumWriter<>(schema);
    }

    private static byte[] header(long fingerprint) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putShort(MAGIC)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(fingerprint)
                .array();
    }

    @Override
    public byte[] encode(T value) {
        R record = mapping.toRecord(value);
        Output output = outputs.get();
        BinaryEncoder encoder = output.begin(header);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
        return output.bytes.toByteArray();
    }

    /** A thread's buffers, used for every record: making them anew takes about as long as filling them. */
    private static final class Output {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

        /** An encoder behind the header; what a record that could not be written left in the buffers is gone. */
        BinaryEncoder begin(byte[] header) {
            BinaryEncoder empty = EncoderFactory.get().binaryEncoder(bytes, encoder);
            bytes.reset();
            bytes.writeBytes(header);
            return empty;
        }
    }

    @Override
    public T decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw undecodable("the record has no value");
        }
        DatumReader<R> reader = reader(fingerprint(bytes));
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        try {
            R record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new IllegalArgumentException("bytes follow the end of the record");
            }
            return mapping.toValue(record);
        } catch (IOException | RuntimeException e) {
            // Hostile bytes make Avro throw nearly anything; whatever it is, these bytes are not this record.
            throw new UndecodableRecordException(schema.getName(), e);
        }
    }

    private long fingerprint(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            throw undecodable(
                    "it has %d bytes, expected a header of %d at least".formatted(bytes.length, HEADER_BYTES));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        short magic = buffer.getShort();
        if (magic != MAGIC) {
            throw undecodable("it begins with %04x, expected c301 of Avro's single-object encoding".formatted(magic));
        }
        return buffer.order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private DatumReader<R> reader(long fingerprint) {
        DatumReader<R> known = readers.get(fingerprint);
        if (known != null) {
            return known;
        }
        Schema written = writerSchemas
                .find(fingerprint)
                .orElseThrow(() -> undecodable("its schema %s is neither on the class path nor in the topic of schemas"
                        .formatted(SchemaFingerprint.hex(fingerprint))));
        if (!written.getFullName().equals(schema.getFullName())) {
            throw undecodable("it is a " + written.getName());
        }
        DatumReader<R> reader = new SpecificDatumReader<>(written, schema);
        readers.put(fingerprint, reader);
        return reader;
    }

    private UndecodableRecordException undecodable(String cause) {
        return new UndecodableRecordException(schema.getName(), cause);
    }
}
