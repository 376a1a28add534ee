// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes F32 tensors as a safetensors file: the same tensors give the same bytes. */
public final class SafeTensorsWriter {

    private static final int ALIGNMENT = 8;

    private SafeTensorsWriter() {}

    /**
     * Writes {@code tensors}, in their order, to {@code file}, which appears whole or not at all.
     *
     * @throws WeightsException if the file cannot be written
     */
    public static void write(Path file, List<NamedTensor> tensors) {
        try {
            ByteBuffer header = header(tensors);
            AtomicFile.write(file, channel -> {
                writeFully(channel, header);
                for (NamedTensor tensor : tensors) {
                    writeFully(channel, tensor.floats().duplicate());
                }
            });
        } catch (IOException e) {
            throw new WeightsException("%s: cannot be written: %s".formatted(file, e), e);
        }
    }

    /** The length and the JSON text, padded with spaces so that the data is aligned. */
    private static ByteBuffer header(List<NamedTensor> tensors) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("__metadata__").beginObject().name("format").value("pt").endObject();
            long offset = 0;
            for (NamedTensor tensor : tensors) {
                json.name(tensor.name()).beginObject().name("dtype").value(ElementType.F32.name());
                json.name("shape").beginArray();
                for (long dimension : tensor.shape()) {
                    json.value(dimension);
                }
                long end = offset + tensor.floats().remaining();
                json.endArray().name("data_offsets").beginArray();
                json.value(offset).value(end).endArray().endObject();
                offset = end;
            }
            json.endObject();
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(SafeTensorsHeader.LENGTH_BYTES + padded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .put(bytes);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
