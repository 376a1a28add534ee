// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafeTensorsReaderTest {

    private static final String TWO_BY_TWO = "\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]";

    @TempDir
    private Path directory;

    @Test
    void readsSinglePrecisionAsItIs() throws IOException {
        byte[] data =
                bytes(buffer -> buffer.putFloat(1).putFloat(-2.5f).putFloat(3).putFloat(Float.MIN_VALUE));
        Path file = write("{\"w\":{" + TWO_BY_TWO + "}}   ", data);

        SafeTensorsReader reader = SafeTensorsReader.openFile(file);

        assertThat(reader.tensor("w").shape()).containsExactly(2L, 2L);
        assertThat(read(reader, "w")).containsExactly(1, -2.5f, 3, Float.MIN_VALUE);
    }

    @Test
    void widensHalfPrecisionExactly() throws IOException {
        // 1, -2, 65504 (largest), 2^-14 (smallest normal), 2^-24 (smallest subnormal), -1023 x 2^-24, -0, 1/3 rounded
        short[] halves = {0x3c00, (short) 0xc000, 0x7bff, 0x0400, 0x0001, (short) 0x83ff, (short) 0x8000, 0x3555};
        byte[] data = bytes(buffer -> IntStream.range(0, 8).forEach(i -> buffer.putShort(halves[i])));
        Path file = write("{\"w\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[0,16]}}", data);

        float[] values = read(SafeTensorsReader.openFile(file), "w");

        assertThat(values).containsExactly(1, -2, 65504, 0x1p-14f, 0x1p-24f, -1023 * 0x1p-24f, -0f, 0x1.554p-2f);
    }

    @Test
    void widensBrainFloatsExactly() throws IOException {
        short[] brains = {0x3f80, (short) 0xc020, 0x0001, 0x7f7f};
        byte[] data = bytes(buffer -> IntStream.range(0, 4).forEach(i -> buffer.putShort(brains[i])));
        Path file = write("{\"w\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}", data);

        float[] values = read(SafeTensorsReader.openFile(file), "w");

        assertThat(values)
                .containsExactly(1, -2.5f, Float.intBitsToFloat(0x00010000), Float.intBitsToFloat(0x7f7f0000));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xfc00, 0x7c00, 0x7e00})
    void refusesInfinityAndNotANumberOfHalfPrecision(int notFinite) throws IOException {
        byte[] data = bytes(buffer -> buffer.putShort((short) 0x7bff).putShort((short) notFinite));
        Path file = write("{\"w\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", data);

        SafeTensorsReader reader = SafeTensorsReader.openFile(file);

        assertThatThrownBy(() -> read(reader, "w"))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("tensor 'w': expected finite numbers, found ")
                .hasMessageContaining("at element 1");
    }

    @Test
    void refusesWhatIsNotFiniteFarIntoATensor() throws IOException {
        byte[] data = bytes(buffer -> IntStream.range(0, 10_000)
                .forEach(i -> buffer.putFloat(i == 9_000 ? Float.NEGATIVE_INFINITY : Float.MAX_VALUE)));
        Path file = write("{\"w\":{\"dtype\":\"F32\",\"shape\":[10000],\"data_offsets\":[0,40000]}}", data);

        SafeTensorsReader reader = SafeTensorsReader.openFile(file);

        assertThatThrownBy(() -> read(reader, "w")).hasMessageContaining("found -Infinity at element 9000");
    }

    @Test
    void acceptsNamesInAnyOrderOfTheirBytes() throws IOException {
        byte[] data = bytes(buffer -> buffer.putFloat(7).putFloat(8));
        Path file = write(
                "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                data);

        SafeTensorsReader reader = SafeTensorsReader.openFile(file);

        assertThat(reader.tensors().keySet()).containsExactly("a", "b");
        assertThat(read(reader, "b")).containsExactly(8);
    }

    static Stream<Arguments> hostileHeaders() {
        String inner = "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]";
        return Stream.of(
                hostile("not JSON", "{\"w\":", "ends too early"),
                hostile("not JSON at all", "{w w w}", "not valid JSON"),
                hostile("a list", "[1]", "begins with '{'"),
                hostile("a leading space", " {\"w\":{" + inner + "}}", "begins with '{'"),
                hostile("text after the end", "{\"w\":{" + inner + "}}{}", "not valid JSON"),
                hostile("empty", "", "begins with '{'"),
                hostile("no tensors over data", "{}", "found 16 bytes after the last"),
                hostile("a tensor twice", "{\"w\":{" + inner + "},\"w\":{" + inner + "}}", "names 'w' twice"),
                hostile("a key twice", "{\"w\":{" + inner + ",\"dtype\":\"F16\"}}", "names 'dtype' twice"),
                hostile("deep metadata", "{\"__metadata__\":{\"a\":{\"b\":{\"c\":1}}}}", "expected STRING"),
                hostile("a deep shape", header("F32", "[[[[[4]]]]]", "[0,16]"), "expected NUMBER, found BEGIN_ARRAY"),
                hostile("an unknown key", "{\"w\":{" + inner + ",\"code\":\"x\"}}", "found 'code'"),
                hostile("a missing key", "{\"w\":{\"dtype\":\"F32\",\"shape\":[4]}}", "found fewer"),
                hostile("one offset", header("F32", "[4]", "[0]"), "found fewer"),
                hostile("three offsets", header("F32", "[4]", "[0,16,32]"), "more than 2 numbers"),
                hostile("whole numbers", header("I64", "[2]", "[0,16]"), "F32, F16 or BF16, found 'I64'"),
                hostile("an unknown type", header("F4\\n", "[2]", "[0,16]"), "found 'F4?'"),
                hostile("a wrong shape", header("F32", "[5]", "[0,16]"), "expected 20 bytes for F32 of shape [5]"),
                hostile("a huge shape", header("F32", "[4294967296,4294967296]", "[0,16]"), "beyond any file"),
                hostile("too large a number", header("F32", "[99999999999999999999]", "[0,16]"), "below 2^63"),
                hostile("a negative shape", header("F32", "[-4]", "[0,16]"), "non-negative whole number, found '-4'"),
                hostile("a negative offset", header("F32", "[4]", "[-16,0]"), "found '-16'"),
                hostile("a fraction", header("F32", "[4.0]", "[0,16]"), "found '4.0'"),
                hostile("a quoted number", header("F32", "[\"4\"]", "[0,16]"), "expected NUMBER, found STRING"),
                hostile("too many dimensions", header("F32", "[1,1,1,1,1,1,1,1,4]", "[0,16]"), "more than 8"),
                hostile("offsets turned round", header("F32", "[4]", "[16,0]"), "within the 16 bytes"),
                hostile("offsets beyond the end", header("F32", "[8]", "[0,32]"), "within the 16 bytes"),
                hostile("bytes left over", header("F32", "[2]", "[0,8]"), "found 8 bytes after the last"),
                hostile("a hole at the start", header("F32", "[2]", "[8,16]"), "there is a hole"),
                hostile("a hole", two("[0,4]", "[8,16]"), "there is a hole"),
                hostile("an overlap", two("[0,4]", "[0,8]"), "they overlap"),
                hostile("a name of two lines", "{\"w\\n\":{" + inner + "}}", "'w?': expected a name"),
                hostile("no name", "{\"\":{" + inner + "}}", "expected a name"),
                hostile("a null", "{\"w\":null}", "expected BEGIN_OBJECT, found NULL"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileHeaders")
    void refusesAHostileHeaderInOneLine(String name, String header, String reason) throws IOException {
        Path file = write(header, new byte[16]);

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    @Test
    void refusesAFileShorterThanItsLengthField() throws IOException {
        Path file = Files.write(directory.resolve("w.safetensors"), new byte[5]);

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file)).hasMessageContaining("at least 8 bytes, found 5");
    }

    @ParameterizedTest
    @MethodSource("hostileLengths")
    void refusesAHeaderLengthBeyondTheLimitOrTheFile(long length, String reason) throws IOException {
        byte[] start = bytes(buffer -> buffer.putLong(length).put(new byte[24]));
        Path file = Files.write(directory.resolve("w.safetensors"), start);

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason);
    }

    static Stream<Arguments> hostileLengths() {
        return Stream.of(
                Arguments.of(-1L, "found 18446744073709551615"),
                Arguments.of(Long.MIN_VALUE, "at most 8388608 bytes, found 9223372036854775808"),
                Arguments.of((8L << 20) + 1, "at most 8388608 bytes, found 8388609"),
                Arguments.of(25L, "it is cut short"));
    }

    @Test
    void refusesBytesThatAreNotText() throws IOException {
        byte[] start = bytes(buffer -> buffer.putLong(2).put((byte) '{').put((byte) 0xff));
        Path file = Files.write(directory.resolve("w.safetensors"), start);

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file)).hasMessageContaining("header in UTF-8");
    }

    @Test
    void refusesMoreTensorsThanTheLimitWithinASecond() throws IOException {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 100_000; i++) {
            header.append(i == 0 ? "" : ",").append('"').append(i).append("\":{\"dtype\":\"F32\",\"shape\":[0],");
            header.append("\"data_offsets\":[0,0]}");
        }
        Path file = write(header.append('}').toString(), new byte[0]);
        long start = cpuTime();

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file)).hasMessageContaining("more than 20000 tensors");
        assertThat(Duration.ofNanos(cpuTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void refusesAnEndlessNestingWithoutOverflowingTheStack() throws IOException {
        Path file = write("{\"w\":" + "[".repeat(1_000_000), new byte[0]);

        assertThatThrownBy(() -> SafeTensorsReader.openFile(file)).isInstanceOf(WeightsException.class);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> SafeTensorsReader.openFile(directory.resolve("none.safetensors")))
                .isInstanceOf(WeightsException.class)
                .hasMessageEndingWith("none.safetensors: no such file");
        assertThatThrownBy(() -> SafeTensorsReader.openDirectory(directory))
                .hasMessageContaining("expected model.safetensors or model.safetensors.index.json, found neither");
    }

    @Test
    void refusesToReadFromAFileThatWasCutAfterItWasOpened() throws IOException {
        Path file = write("{\"w\":{" + TWO_BY_TWO + "}}", new byte[16]);
        SafeTensorsReader reader = SafeTensorsReader.openFile(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 4));

        assertThatThrownBy(() -> read(reader, "w")).hasMessageContaining("cut after it was opened");
    }

    /** Of this thread, in nanoseconds: a busy machine does not count. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Arguments hostile(String name, String header, String reason) {
        return Arguments.of(name, header, reason);
    }

    private static String header(String type, String shape, String offsets) {
        return "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(type, shape, offsets);
    }

    private static String two(String first, String second) {
        return "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s},".formatted(first)
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":%s}}".formatted(second);
    }

    private Path write(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(text.length).put(text).put(data);
        return Files.write(directory.resolve("w.safetensors"), file.array());
    }

    private static byte[] bytes(Consumer<ByteBuffer> content) {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
        content.accept(buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    static float[] read(SafeTensorsReader reader, String name) {
        StoredTensor tensor = reader.tensor(name);
        ByteBuffer target = ByteBuffer.allocate((int) tensor.elements() * 4).order(ByteOrder.LITTLE_ENDIAN);
        reader.read(name, target);
        float[] values = new float[(int) tensor.elements()];
        target.flip().asFloatBuffer().get(values);
        return values;
    }
}
