// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of one safetensors file: an unsigned 64-bit length, that many bytes of JSON, then the tensors without
 * gaps. A header is believed only when it describes every byte of the file exactly once.
 */
final class SafeTensorsHeader {

    static final int LENGTH_BYTES = 8;
    static final int LIMIT_BYTES = 8 << 20;
    static final int LIMIT_TENSORS = 20_000;
    private static final int LIMIT_DIMENSIONS = 8;
    private static final Pattern NAME = Pattern.compile("\\P{Cntrl}{1,256}");

    private final Path file;
    private final HeaderJson json;
    private final long dataStart;
    private final long dataBytes;
    private final List<StoredTensor> tensors = new ArrayList<>();

    private SafeTensorsHeader(Path file, HeaderJson json, long dataStart, long dataBytes) {
        this.file = file;
        this.json = json;
        this.dataStart = dataStart;
        this.dataBytes = dataBytes;
    }

    /** Reads and checks the header of {@code file}; the tensors come in the order of their bytes. */
    static List<StoredTensor> read(Path file, FileChannel channel) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < LENGTH_BYTES) {
            throw new WeightsException(
                    "%s: expected at least %d bytes, found %d".formatted(file, LENGTH_BYTES, fileBytes));
        }
        long headerBytes = buffer(channel, 0, LENGTH_BYTES).getLong();
        if (headerBytes < 0 || headerBytes > LIMIT_BYTES) {
            throw new WeightsException("%s: expected a header of at most %d bytes, found %s"
                    .formatted(file, LIMIT_BYTES, Long.toUnsignedString(headerBytes)));
        }
        if (headerBytes > fileBytes - LENGTH_BYTES) {
            throw new WeightsException("%s: expected a header of %d bytes, found a file of %d bytes: it is cut short"
                    .formatted(file, headerBytes, fileBytes));
        }
        String text = text(file, buffer(channel, LENGTH_BYTES, (int) headerBytes));
        long dataStart = LENGTH_BYTES + headerBytes;
        SafeTensorsHeader header =
                new SafeTensorsHeader(file, new HeaderJson(file + ": header", text), dataStart, fileBytes - dataStart);
        return header.parse();
    }

    private static ByteBuffer buffer(FileChannel channel, long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {}
        return buffer.flip();
    }

    private static String text(Path file, ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (!text.startsWith("{")) {
                throw new WeightsException(file + ": expected a header that begins with '{': not a safetensors file");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new WeightsException(file + ": expected a header in UTF-8: not a safetensors file", e);
        }
    }

    private List<StoredTensor> parse() {
        json.document(() -> json.object("header", name -> {
            if (name.equals("__metadata__")) {
                json.object("__metadata__", key -> json.text("__metadata__ " + HeaderJson.quote(key)));
            } else {
                tensors.add(tensor(name));
            }
        }));
        tensors.sort(Comparator.comparingLong(StoredTensor::position).thenComparingLong(StoredTensor::bytes));
        requireGapless();
        return List.copyOf(tensors);
    }

    private StoredTensor tensor(String name) throws IOException {
        if (tensors.size() == LIMIT_TENSORS) {
            throw json.refused("more than %d tensors".formatted(LIMIT_TENSORS));
        }
        String what = "tensor " + HeaderJson.quote(name);
        if (!NAME.matcher(name).matches()) {
            throw json.refused(what + ": expected a name of 1 to 256 printable characters");
        }
        TensorFields fields = new TensorFields();
        json.object(what, key -> {
            switch (key) {
                case "dtype" -> fields.type = type(what, json.text(what + " dtype"));
                case "shape" -> fields.shape = json.wholeNumbers(what + " shape", LIMIT_DIMENSIONS);
                case "data_offsets" -> fields.offsets = json.wholeNumbers(what + " data_offsets", 2);
                default ->
                    throw json.refused(
                            "%s: expected dtype, shape, data_offsets, found %s".formatted(what, HeaderJson.quote(key)));
            }
        });
        if (fields.type == null || fields.shape == null || fields.offsets == null || fields.offsets.size() != 2) {
            throw json.refused(what + ": expected dtype, shape and two data_offsets, found fewer");
        }
        return placed(name, what, fields.type, fields.shape, fields.offsets.get(0), fields.offsets.get(1));
    }

    /** What has been read of one tensor. */
    private static final class TensorFields {
        @Nullable ElementType type;

        @Nullable List<Long> shape;

        @Nullable List<Long> offsets;
    }

    private ElementType type(String what, String name) {
        return ElementType.named(name)
                .orElseThrow(() -> json.refused(
                        "%s: expected dtype F32, F16 or BF16, found %s".formatted(what, HeaderJson.quote(name))));
    }

    private StoredTensor placed(String name, String what, ElementType type, List<Long> shape, long begin, long end) {
        if (begin > end || end > dataBytes) {
            throw json.refused("%s: expected data_offsets within the %d bytes of data, found [%d, %d]"
                    .formatted(what, dataBytes, begin, end));
        }
        long expected = type.bytes();
        try {
            for (long dimension : shape) {
                expected = Math.multiplyExact(expected, dimension);
            }
        } catch (ArithmeticException e) {
            throw new WeightsException("%s: %s: shape %s is beyond any file".formatted(file, what, shape), e);
        }
        if (expected != end - begin) {
            throw json.refused("%s: expected %d bytes for %s of shape %s, found %d"
                    .formatted(what, expected, type, shape, end - begin));
        }
        return new StoredTensor(name, type, shape, file, dataStart + begin, end - begin);
    }

    private void requireGapless() {
        long next = dataStart;
        for (StoredTensor tensor : tensors) {
            if (tensor.position() != next) {
                throw json.refused(
                        "tensor %s: expected to begin at offset %d, where the one before it ends, found %d: %s"
                                .formatted(
                                        HeaderJson.quote(tensor.name()),
                                        next - dataStart,
                                        tensor.position() - dataStart,
                                        tensor.position() < next ? "they overlap" : "there is a hole"));
            }
            next += tensor.bytes();
        }
        if (next != dataStart + dataBytes) {
            throw json.refused("expected tensors to the end of the file, found %d bytes after the last"
                    .formatted(dataStart + dataBytes - next));
        }
    }
}
