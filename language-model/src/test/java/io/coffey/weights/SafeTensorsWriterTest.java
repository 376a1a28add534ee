// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafeTensorsWriterTest {

    @TempDir
    private Path directory;

    @Test
    void writesWhatTheReaderReads() {
        Path file = directory.resolve("model.safetensors");

        SafeTensorsWriter.write(file, List.of(tensor("b", 1, 2, 3, 4), tensor("a \"quoted\"", -0f)));

        SafeTensorsReader reader = SafeTensorsReader.openDirectory(directory);
        assertThat(reader.tensors().keySet()).containsExactly("b", "a \"quoted\"");
        assertThat(SafeTensorsReaderTest.read(reader, "b")).containsExactly(1, 2, 3, 4);
        assertThat(SafeTensorsReaderTest.read(reader, "a \"quoted\"")).containsExactly(-0f);
    }

    @Test
    void writesTheSameBytesForTheSameTensors() throws IOException {
        Path first = directory.resolve("first.safetensors");
        Path second = directory.resolve("second.safetensors");

        SafeTensorsWriter.write(first, List.of(tensor("w", 1, 2), tensor("v", 3)));
        SafeTensorsWriter.write(second, List.of(tensor("w", 1, 2), tensor("v", 3)));

        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(first))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                        % 8)
                .isZero();
    }

    @Test
    void leavesTheOldFileAndNoOtherWhenWritingFails() throws IOException {
        Path file = Files.writeString(directory.resolve("model.safetensors"), "old");

        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[] {1}));
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(file).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("model.safetensors");
    }

    @Test
    void refusesATensorWhoseBytesDoNotFitItsShape() {
        assertThatThrownBy(() -> new NamedTensor("w", List.of(3L), ByteBuffer.allocate(8)))
                .hasMessage("tensor w of shape [3] needs 12 bytes, found 8");
    }

    @Test
    void saysWhereItCannotWrite() {
        Path file = directory.resolve("none/model.safetensors");

        assertThatThrownBy(() -> SafeTensorsWriter.write(file, List.of(tensor("w", 1))))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("none/model.safetensors: cannot be written");
    }

    static NamedTensor tensor(String name, float... values) {
        ByteBuffer floats = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(values);
        return new NamedTensor(name, List.of((long) values.length), floats);
    }
}
