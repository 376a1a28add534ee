// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.weights.Golden;
import io.coffey.weights.SafeTensorsReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against the published formulas, through files: what is read, computed, decoded and written again. */
final class FamiliesTest {

    private static final int LENGTH = FamilyConfigs.LENGTH;

    @TempDir
    private Path directory;

    static Stream<Arguments> families() {
        return FamilyConfigs.all().entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void computesThePublishedFormulas(String name, JsonObject config) throws IOException {
        assertAgrees(name, config, 1, true);
    }

    @Test
    void readsAGpt2WhoseTensorsHaveNoPrefix() throws IOException {
        assertAgrees("gpt2", FamilyConfigs.gpt2("{}"), 2, false);
    }

    @Test
    void computesThePublishedFormulasForAnyMixtureOfSwitches() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            JsonObject config = FamilyConfigs.random(new Random(seed));

            assertAgrees("seed %d: %s".formatted(seed, config), config, seed, true);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void decodesWhatTheWholeSequencePredicts(String name, JsonObject config) throws IOException {
        ModelDirectory model = RandomCheckpoint.of(config, 1, true).write(directory);
        Decoder decoder = new Decoder(model.config());
        int[] tokens = FamilyConfigs.tokens(5, LENGTH);
        try (Weights weights = model.loadWeights()) {
            double[][] whole = logits(decoder, weights, tokens);

            double[][] decoded = DecodedLogits.of(decoder, weights, tokens, 17);

            for (int position = 17; position < LENGTH; position++) {
                assertThat(decoded[position])
                        .as("position %d", position)
                        .containsExactly(whole[position], within(1e-5));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void writesTheFilesItRead(String name, JsonObject config) throws IOException {
        boolean prefix = name.contains("untied");
        RandomCheckpoint checkpoint = RandomCheckpoint.of(config, 3, prefix);
        ModelDirectory model = checkpoint.write(directory);
        Path target = directory.resolve("saved");

        try (Weights weights = model.loadWeights()) {
            model.save(target, weights);
        }

        SafeTensorsReader saved = SafeTensorsReader.openDirectory(target);
        SafeTensorsReader read = SafeTensorsReader.openDirectory(directory);
        checkpoint.values().forEach((tensor, values) -> {
            if (!tensor.endsWith("attn.bias") && !tensor.endsWith("masked_bias")) {
                assertThat(saved.tensor(tensor).shape())
                        .isEqualTo(read.tensor(tensor).shape());
                assertThat(Golden.widened(floats(saved, tensor))).as(tensor).isEqualTo(values);
            }
        });
        assertThat(Files.readString(target.resolve("config.json"))).contains("\"torch_dtype\": \"float32\"");
        assertThat(ModelDirectory.open(target).config()).isEqualTo(model.config());
    }

    private void assertAgrees(String name, JsonObject config, long seed, boolean prefix) throws IOException {
        RandomCheckpoint checkpoint = RandomCheckpoint.of(config, seed, prefix);
        ModelDirectory model = checkpoint.write(directory);
        int[] tokens = FamilyConfigs.tokens(seed, LENGTH);
        double[][] expected = new ReferenceDecoder(config, checkpoint.values()).logits(tokens);

        double[][] logits;
        try (Weights weights = model.loadWeights()) {
            logits = logits(new Decoder(model.config()), weights, tokens);
        }

        for (int position = 0; position < LENGTH; position++) {
            assertThat(logits[position])
                    .as("%s, position %d", name, position)
                    .containsExactly(expected[position], within(1e-4));
        }
    }

    /** Logits at each position, [T][V]. */
    static double[][] logits(Decoder decoder, Weights weights, int[] tokens) {
        int length = Decoder.bucket(tokens.length);
        try (TensorScope scope = TensorScope.open()) {
            Tensor ids = decoder.ids(scope, List.of(tokens), 1, length);
            Tensor rows = scope.ints(IntStream.range(0, tokens.length).toArray(), tokens.length);
            double[] logits = Golden.widened(
                    decoder.logits(scope, weights.tensors(), ids, rows).floatArray());
            int size = decoder.config().vocabularySize();
            return IntStream.range(0, tokens.length)
                    .mapToObj(i -> Arrays.copyOfRange(logits, i * size, (i + 1) * size))
                    .toArray(double[][]::new);
        }
    }

    private static float[] floats(SafeTensorsReader reader, String name) {
        float[] values = new float[(int) reader.tensor(name).elements()];
        ByteBuffer target = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        reader.read(name, target);
        target.flip().asFloatBuffer().get(values);
        return values;
    }
}
