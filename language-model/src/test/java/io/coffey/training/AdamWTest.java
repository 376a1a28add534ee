// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class AdamWTest {

    private static final Script ADAMW = Script.resource(TrainableModel.class, "adamw.py", Map.of());

    private static final Script LINEAR = Script.compile("linear.py", """
            def loss(self, w: List[Tensor], slope: Tensor) -> Tensor:
              return torch.sum(torch.cat(w) * slope)
            """, Map.of());

    @Test
    void stepsAsPyTorchDoes() throws IOException {
        Path file = Path.of(System.getProperty("coffey.shared", "missing"), "golden", "torch_adamw.json");
        Assumptions.assumeTrue(Files.exists(file), "no shared test data at " + file);
        JsonObject golden = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonObject inputs = golden.getAsJsonObject("inputs");
        List<double[]> gradients = inputs.getAsJsonArray("grads").asList().stream()
                .map(gradient -> doubles(gradient.getAsJsonArray()))
                .toList();
        JsonArray cases = golden.getAsJsonArray("cases");
        assertThat(cases).hasSize(3);
        for (JsonElement one : cases) {
            check(one.getAsJsonObject(), doubles(inputs.getAsJsonArray("w0")), gradients);
        }
    }

    /** The weights are cut in two tensors, so that the norm is over both. */
    private static void check(JsonObject one, double[] start, List<double[]> gradients) {
        double[] betas = doubles(one.getAsJsonArray("betas"));
        JsonElement clip = one.get("clip_norm");
        double[] how = {
            one.get("lr").getAsDouble(),
            betas[0],
            betas[1],
            one.get("eps").getAsDouble(),
            one.get("weight_decay").getAsDouble(),
            clip.isJsonNull() ? Double.POSITIVE_INFINITY : clip.getAsDouble()
        };
        try (TensorScope scope = TensorScope.open()) {
            double[] head = {start[0], start[1], start[2], start[3]};
            double[] tail = {start[4], start[5]};
            List<Tensor> weights = List.of(scope.doubles(head, 4), scope.doubles(tail, 2));
            List<Tensor> first = List.of(scope.doubles(new double[4], 4), scope.doubles(new double[2], 2));
            List<Tensor> second = List.of(scope.doubles(new double[4], 4), scope.doubles(new double[2], 2));
            Tensor count = scope.floats(new float[1]);
            for (int step = 0; step < gradients.size(); step++) {
                List<Tensor> leaves = weights.stream().map(scope::leaf).toList();
                Tensor slope = scope.doubles(gradients.get(step), 6);
                Gradients.backward(
                        LINEAR.callWithGradient(scope, "loss", leaves, slope).get(0));

                double norm = ADAMW.call(scope, "step", leaves, first, second, count, scope.doubles(how, 6))
                        .get(0)
                        .item();

                JsonObject expected = one.getAsJsonArray("steps").get(step).getAsJsonObject();
                double[] expectedWeights = doubles(expected.getAsJsonArray("w"));
                assertThat(norm).isCloseTo(expected.get("grad_norm_before_clip").getAsDouble(), within(1e-12));
                for (int i = 0; i < 6; i++) {
                    double found = weights.get(i / 4).doubleArray()[i % 4];
                    assertThat(found).isCloseTo(expectedWeights[i], within(1e-12));
                }
            }
        }
    }

    private static double[] doubles(JsonArray values) {
        return values.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
    }
}
