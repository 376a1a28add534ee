// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class ProcessedDistributionTest {

    private static final Decoder DECODER = new Decoder(TinyModel.TIED);

    @Test
    void isThatOfHuggingFacesWarpers() throws IOException {
        Path file = Path.of(System.getProperty("coffey.shared", "missing"), "golden", "hf_sampling_warpers.json");
        Assumptions.assumeTrue(Files.exists(file), "no shared test data at " + file);
        JsonObject golden = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        double[][] logits = matrix(golden.getAsJsonObject("inputs").getAsJsonArray("logits"));
        int cases = 0;
        for (JsonElement element : golden.getAsJsonArray("cases")) {
            JsonObject one = element.getAsJsonObject();
            double temperature = one.get("temperature").getAsDouble();
            int topK = one.get("top_k").getAsInt();
            double topP = one.get("top_p").getAsDouble();

            double[] found = processed(logits, temperature, topK, topP);

            double[] expected = flat(matrix(one.getAsJsonArray("probs")));
            String name = "temperature %s, top-k %d, top-p %s".formatted(temperature, topK, topP);
            assertThat(Arrays.stream(found).map(Math::exp).toArray()).as(name).containsExactly(expected, within(1e-6));
            cases++;
        }
        assertThat(cases).isEqualTo(27);
    }

    @Test
    void leavesARowThatAsksForNothingAsItIs() {
        double[] logits = {0.3, -2, 1.7, 0.1};
        double[][] rows = {logits, logits};
        try (TensorScope scope = TensorScope.open()) {
            Tensor how = scope.doubles(new double[] {0, 0, 1, 0.5, 0, 2, 1, 0.9}, 4, 2);

            double[] both = DECODER.processed(scope, scope.doubles(flat(rows), 2, 4), how)
                    .doubleArray();

            double total = Arrays.stream(logits).map(Math::exp).sum();
            for (int v = 0; v < 4; v++) {
                assertThat(both[v]).isCloseTo(logits[v] - Math.log(total), within(1e-15));
            }
            assertThat(both[4 + 1]).isEqualTo(Double.NEGATIVE_INFINITY);
        }
    }

    private static double[] processed(double[][] logits, double temperature, int topK, double topP) {
        int rows = logits.length;
        double[] how = new double[4 * rows];
        Arrays.fill(how, rows, 2 * rows, temperature);
        Arrays.fill(how, 2 * rows, 3 * rows, topK);
        Arrays.fill(how, 3 * rows, 4 * rows, topP);
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.doubles(flat(logits), rows, logits[0].length);
            return DECODER.processed(scope, tensor, scope.doubles(how, 4, rows)).doubleArray();
        }
    }

    private static double[][] matrix(JsonArray rows) {
        return rows.asList().stream()
                .map(row -> row.getAsJsonArray().asList().stream()
                        .mapToDouble(JsonElement::getAsDouble)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
