// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.model.WeightsLayout;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.sampling.SamplingSettings;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.torch.Torch;
import io.coffey.training.AdamWSettings;
import io.coffey.training.TokenLoss;
import io.coffey.training.TrainableModel;
import io.coffey.training.TrainingSequence;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures training and decoding of a small model (hidden size 256, 6 layers, 8 heads sharing 4, vocabulary 2048)
 * beside the matrix product and the stream of weights that bound them, round by round.
 *
 * <p>With one native thread, time is the processor time of the calling thread, so that other load counts less.
 */
public final class ModelBenchmark {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(2048, 256, 688, 6, 8, 4, 32, 256, 1e-5, 10000, true, List.of());
    private static final int BATCH = 16;
    private static final int LENGTH = 128;
    private static final int[] SLOTS = {1, 8, 32};
    private static final int DECODE_STEPS = 64;
    private static final int MATMUL_SIZE = 1024;
    private static final int MATMUL_TIMES = 8;
    private static final int STREAM_TIMES = 16;

    private final Script limits = Script.resource(ModelBenchmark.class, "limits.py", Map.of());
    private final Decoder decoder = new Decoder(CONFIG);
    private final byte[] weights = WeightsInitialization.canonical(CONFIG, 1);
    private final List<TrainingSequence> batch = IntStream.range(0, BATCH)
            .mapToObj(i -> new TrainingSequence(tokens(i, 1), tokens(-i, LENGTH)))
            .toList();

    private ModelBenchmark() {}

    /** One round: seconds of each part, of decoding by number of slots. */
    private record Round(double matmul, double stream, double train, double[] decode) {}

    /**
     * Measures for about a second and a half per round on one 2.5 GHz core.
     *
     * @param rounds how often, after one round to warm up
     */
    public static BenchmarkResult run(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("a benchmark needs 1 round or more, found " + rounds);
        }
        ModelBenchmark benchmark = new ModelBenchmark();
        try (TensorScope scope = TensorScope.open();
                Weights fixed = Weights.fromBytes(CONFIG, ByteBuffer.wrap(benchmark.weights));
                TrainableModel learning =
                        new TrainableModel(benchmark.decoder, benchmark.weights, AdamWSettings.defaults())) {
            Tensor square = scope.floats(normal(MATMUL_SIZE * MATMUL_SIZE), MATMUL_SIZE, MATMUL_SIZE);
            benchmark.round(square, fixed, learning);
            List<Round> measured = IntStream.range(0, rounds)
                    .mapToObj(i -> benchmark.round(square, fixed, learning))
                    .toList();
            return result(measured);
        }
    }

    private Round round(Tensor square, Weights fixed, TrainableModel learning) {
        double before = matmul(square);
        double train = seconds(() -> {
            learning.accumulate(batch, loss());
            learning.step(1e-3);
        });
        double matmul = (before + matmul(square)) / 2;
        double stream = stream(fixed);
        double[] decode =
                Arrays.stream(SLOTS).mapToDouble(slots -> decode(fixed, slots)).toArray();
        return new Round(matmul, stream, train, decode);
    }

    private double matmul(Tensor square) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor times = scope.integer(MATMUL_TIMES);
            return seconds(() -> limits.call(scope, "multiply", square, times)) / MATMUL_TIMES;
        }
    }

    private double stream(Weights fixed) {
        List<Tensor> matrices = fixed.tensors().stream()
                .filter(tensor -> tensor.shape().length == 2)
                .toList();
        try (TensorScope scope = TensorScope.open()) {
            float[] ones = new float[Math.max(CONFIG.hiddenSize(), CONFIG.intermediateSize())];
            Arrays.fill(ones, 1);
            Tensor vector = scope.floats(ones, ones.length);
            Tensor times = scope.integer(STREAM_TIMES);
            return seconds(() -> limits.call(scope, "stream", matrices, vector, times)) / STREAM_TIMES;
        }
    }

    /** Seconds of one step; prompts are read in a step of their own. */
    private double decode(Weights fixed, int slots) {
        try (Generator generator = new Generator(decoder, slots)) {
            generator.use(fixed, 0);
            for (int i = 0; i < slots; i++) {
                SamplingSettings settings = SamplingSettings.plain(DECODE_STEPS + 2);
                generator.admit(new GenerationRequest(i, tokens(i, LENGTH / 2), settings, i));
            }
            generator.step();
            return seconds(() -> {
                        for (int i = 0; i < DECODE_STEPS; i++) {
                            generator.step();
                        }
                    })
                    / DECODE_STEPS;
        }
    }

    private TokenLoss loss() {
        int[] targets = batch.stream()
                .flatMapToInt(sequence -> IntStream.of(sequence.completion()))
                .toArray();
        return (scope, logits) -> limits.callWithGradient(scope, "loss", logits, scope.ints(targets, targets.length))
                .get(0);
    }

    private static BenchmarkResult result(List<Round> rounds) {
        double matmulFlop = 2 * Math.pow(MATMUL_SIZE, 3);
        double trainFlop = trainFlop();
        double bytes = matrixBytes();
        Map<Integer, Double> tokensPerSecond = new LinkedHashMap<>();
        for (int i = 0; i < SLOTS.length; i++) {
            int index = i;
            tokensPerSecond.put(SLOTS[i], median(rounds, round -> SLOTS[index] / round.decode()[index]));
        }
        return new BenchmarkResult(
                median(rounds, round -> matmulFlop / round.matmul()),
                median(rounds, round -> bytes / round.stream()),
                median(rounds, Round::train),
                median(rounds, round -> trainFlop / round.train()),
                median(rounds, round -> trainFlop / round.train() * round.matmul() / matmulFlop),
                tokensPerSecond,
                median(rounds, round -> round.stream() / round.decode()[0]),
                Torch.threads(),
                Torch.version(),
                Torch.cpuCapability());
    }

    /** Three products forward and backward for each matrix, and attention over whole rows, causal or not. */
    private static double trainFlop() {
        double tokens = BATCH * LENGTH;
        double attention = 4.0 * CONFIG.layers() * LENGTH * CONFIG.heads() * CONFIG.headSize();
        return 3 * tokens * (2 * matrixBytes() / Float.BYTES + attention);
    }

    private static double matrixBytes() {
        return WeightsLayout.of(CONFIG).entries().stream()
                        .filter(entry -> entry.shape().size() == 2)
                        .mapToLong(WeightsLayout.Entry::size)
                        .sum()
                * (double) Float.BYTES;
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double seconds(Runnable work) {
        long start = now();
        work.run();
        return (now() - start) * 1e-9;
    }

    private static long now() {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        return Torch.threads() == 1 ? clock.getCurrentThreadCpuTime() : System.nanoTime();
    }

    private static int[] tokens(long seed, int count) {
        return new Random(seed).ints(count, 0, CONFIG.vocabularySize()).toArray();
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
