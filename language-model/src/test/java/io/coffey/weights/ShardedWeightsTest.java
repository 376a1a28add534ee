// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ShardedWeightsTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void writeTwoShards() {
        SafeTensorsWriter.write(
                directory.resolve("1.safetensors"), List.of(SafeTensorsWriterTest.tensor("embedding", 1, 2)));
        SafeTensorsWriter.write(directory.resolve("2.safetensors"), List.of(SafeTensorsWriterTest.tensor("head", 3)));
    }

    @Test
    void readsTensorsFromTheShardsOfAnIndex() throws IOException {
        index("{\"metadata\":{\"total_size\":12},\"weight_map\":"
                + "{\"head\":\"2.safetensors\",\"embedding\":\"1.safetensors\"}}");

        SafeTensorsReader reader = SafeTensorsReader.openDirectory(directory);

        assertThat(SafeTensorsReaderTest.read(reader, "embedding")).containsExactly(1, 2);
        assertThat(SafeTensorsReaderTest.read(reader, "head")).containsExactly(3);
    }

    static Stream<Arguments> unsoundIndexes() {
        String embedding = "\"embedding\":\"1.safetensors\"";
        String both = embedding + ",\"head\":\"2.safetensors\"";
        return Stream.of(
                Arguments.of("{\"weight_map\":{" + embedding + ",\"head\":\"3.safetensors\"}}", "no such file"),
                Arguments.of("{\"weight_map\":{" + both + ",\"norm\":\"2.safetensors\"}}", "found in no shard"),
                Arguments.of("{\"weight_map\":{\"a\":\"1.safetensors\",\"head\":\"2.safetensors\"}}", "in no shard"),
                Arguments.of(
                        "{\"weight_map\":{\"head\":\"1.safetensors\",\"embedding\":\"2.safetensors\"}}",
                        "expected in 2.safetensors, found in 1.safetensors"),
                Arguments.of("{\"weight_map\":{" + both + ",\"a\":\"../1.safetensors\"}}", "in the same directory"),
                Arguments.of("{\"weight_map\":{" + both + ",\"a\":\"/etc/passwd\"}}", "in the same directory"),
                Arguments.of("{\"weight_map\":{" + both + "," + embedding + "}}", "names 'embedding' twice"),
                Arguments.of("{\"weight_map\":{}}", "found none"),
                Arguments.of("{\"weight_map\":[]}", "expected BEGIN_OBJECT"),
                Arguments.of("{\"metadata\":{\"a\":[[]]}}", "expected a plain value"),
                Arguments.of("{\"other\":{}}", "found 'other'"),
                Arguments.of("nonsense", "not valid JSON"));
    }

    @ParameterizedTest
    @MethodSource("unsoundIndexes")
    void refusesAnUnsoundIndexInOneLine(String index, String reason) throws IOException {
        index(index);

        assertThatThrownBy(() -> SafeTensorsReader.openDirectory(directory))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    @Test
    void refusesATensorThatIsInTwoShards() throws IOException {
        SafeTensorsWriter.write(
                directory.resolve("2.safetensors"), List.of(SafeTensorsWriterTest.tensor("embedding", 3)));
        index("{\"weight_map\":{\"embedding\":\"1.safetensors\",\"head\":\"2.safetensors\"}}");

        assertThatThrownBy(() -> SafeTensorsReader.openDirectory(directory))
                .hasMessageContaining("tensor 'embedding' is also in 1.safetensors");
    }

    private void index(String text) throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), text);
    }
}
