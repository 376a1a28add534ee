// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import io.coffey.model.DecoderConfig;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Measures training and decoding of two models (hidden size 256 with 6 layers and 512 with 8, heads of 32 of which two
 * share keys and values) beside the matrix product and the stream of weights that bound them, and loading a file beside
 * reading it, round by round.
 */
public final class ModelBenchmark {

    private static final DecoderConfig SMALL = config(2048, 256, 688, 6);
    private static final DecoderConfig LARGE = config(8192, 512, 1376, 8);
    private static final String LARGE_JSON = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 8192, "hidden_size": 512,
             "intermediate_size": 1376, "num_hidden_layers": 8, "num_attention_heads": 16, "num_key_value_heads": 8,
             "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu",
             "tie_word_embeddings": true, "eos_token_id": 0}
            """;

    private static final int MATMUL_SIZE = 1024;
    private static final int MATMUL_TIMES = 8;
    private static final double MATMUL_FLOP = 2 * Math.pow(MATMUL_SIZE, 3);

    private final Script limits = Script.resource(ModelBenchmark.class, "limits.py", Map.of());
    private final TensorScope scope;
    private final Tensor square;

    private ModelBenchmark(TensorScope scope) {
        this.scope = scope;
        this.square = scope.floats(normal(MATMUL_SIZE * MATMUL_SIZE), MATMUL_SIZE, MATMUL_SIZE);
    }

    /** Seconds of a matrix product, and of each part of a model measured beside it. */
    private record Round(double matmul, MeasuredModel.Round model) {}

    /**
     * Measures for about five seconds per round on one 2.5 GHz core.
     *
     * @param rounds how often, after one round to warm up
     */
    public static BenchmarkResult run(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("a benchmark needs 1 round or more, found " + rounds);
        }
        try (TensorScope scope = TensorScope.open();
                MeasuredModel small = new MeasuredModel(SMALL, 16, 128, 64);
                MeasuredModel large = new MeasuredModel(LARGE, 4, 256, 16);
                MeasuredFile file = new MeasuredFile(LARGE_JSON, large.weights())) {
            return new ModelBenchmark(scope).run(rounds, small, large, file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file to be loaded cannot be written", e);
        }
    }

    private BenchmarkResult run(int rounds, MeasuredModel small, MeasuredModel large, MeasuredFile file)
            throws IOException {
        List<Round> ofSmall = new ArrayList<>();
        List<Round> ofLarge = new ArrayList<>();
        List<double[]> loads = new ArrayList<>();
        for (int i = 0; i <= rounds; i++) {
            ofSmall.add(round(small));
            ofLarge.add(round(large));
            double read = file.read();
            double load = file.load();
            loads.add(new double[] {load, (read + file.read()) / 2});
        }
        List.of(ofSmall, ofLarge, loads).forEach(list -> list.remove(0));
        return new BenchmarkResult(
                median(ofSmall, round -> MATMUL_FLOP / round.matmul()),
                figures(small, ofSmall),
                figures(large, ofLarge),
                file.bytes(),
                median(loads, seconds -> seconds[0]),
                median(loads, seconds -> seconds[0] / seconds[1]),
                Torch.threads(),
                Torch.version(),
                Torch.cpuCapability());
    }

    private Round round(MeasuredModel model) {
        double before = matmul();
        double train = model.train();
        double between = matmul();
        MeasuredModel.Round parts = model.round(limits, train);
        return new Round((before + 2 * between + matmul()) / 4, parts);
    }

    private double matmul() {
        try (TensorScope product = scope.child()) {
            Tensor times = product.integer(MATMUL_TIMES);
            return BenchmarkClock.seconds(() -> limits.call(product, "multiply", square, times)) / MATMUL_TIMES;
        }
    }

    private static BenchmarkResult.Model figures(MeasuredModel model, List<Round> rounds) {
        Map<Integer, Double> tokensPerSecond = new LinkedHashMap<>();
        for (int slots : MeasuredModel.SLOTS) {
            tokensPerSecond.put(slots, median(rounds, round -> slots / decode(round, slots)));
        }
        int many = BenchmarkResult.MANY_SLOTS;
        double trainFlop = model.trainFlop();
        double decodeFlop = 2 * many * model.matrixElements();
        double bytes = Float.BYTES * model.matrixElements();
        return new BenchmarkResult.Model(
                model.shape(),
                median(rounds, round -> bytes / round.model().stream()),
                median(rounds, round -> round.model().train()),
                median(rounds, round -> trainFlop / round.model().train()),
                median(rounds, round -> trainFlop / round.model().train() * round.matmul() / MATMUL_FLOP),
                tokensPerSecond,
                median(rounds, round -> round.model().stream() / decode(round, 1)),
                median(rounds, round -> decodeFlop / decode(round, many) * round.matmul() / MATMUL_FLOP));
    }

    private static double decode(Round round, int slots) {
        return round.model().decode().getOrDefault(slots, Double.NaN);
    }

    private static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static DecoderConfig config(int vocabulary, int width, int inner, int layers) {
        int heads = width / 32;
        return new DecoderConfig(
                vocabulary, width, inner, layers, heads, heads / 2, 32, 512, 1e-5, 1e4, true, List.of());
    }

    private static float[] normal(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
