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
import io.coffey.training.AdamWSettings;
import io.coffey.training.TokenLoss;
import io.coffey.training.TrainableModel;
import io.coffey.training.TrainingSequence;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A model that trains and decodes against the clock. */
final class MeasuredModel implements AutoCloseable {

    /** Numbers of slots that are decoded with. */
    static final List<Integer> SLOTS = List.of(1, 8, BenchmarkResult.MANY_SLOTS);

    private final DecoderConfig config;
    private final int length;
    private final int decodeSteps;
    private final Decoder decoder;
    private final Weights fixed;
    private final TrainableModel learning;
    private final List<TrainingSequence> batch;
    private final TokenLoss loss;

    /**
     * A model with new weights.
     *
     * @param sequences sequences of a training batch
     * @param length their tokens
     * @param decodeSteps decoding steps of a round
     */
    MeasuredModel(DecoderConfig config, int sequences, int length, int decodeSteps) {
        this.config = config;
        this.length = length;
        this.decodeSteps = decodeSteps;
        this.decoder = new Decoder(config);
        byte[] weights = WeightsInitialization.canonical(config, 1);
        this.fixed = Weights.fromBytes(config, ByteBuffer.wrap(weights));
        this.learning = new TrainableModel(decoder, weights, AdamWSettings.defaults());
        this.batch = IntStream.range(0, sequences)
                .mapToObj(i -> new TrainingSequence(tokens(i, 1), tokens(-i, length)))
                .toList();
        this.loss = loss(batch);
    }

    /** Seconds of each part in one round. */
    record Round(double stream, double train, Map<Integer, Double> decode) {}

    Weights weights() {
        return fixed;
    }

    double train() {
        return BenchmarkClock.seconds(() -> {
            learning.accumulate(batch, loss);
            learning.step(1e-3);
        });
    }

    Round round(Script limits, double train) {
        Map<Integer, Double> decode = new LinkedHashMap<>();
        SLOTS.forEach(slots -> decode.put(slots, decode(slots)));
        return new Round(stream(limits), train, decode);
    }

    /** What it is, in words. */
    String shape() {
        return "d=%d, %d layers, vocabulary %d, %d x %d tokens"
                .formatted(config.hiddenSize(), config.layers(), config.vocabularySize(), batch.size(), length);
    }

    /** Three products forward and backward for each matrix, and attention over whole rows, causal or not. */
    double trainFlop() {
        double tokens = (double) batch.size() * length;
        double attention = 4.0 * config.layers() * length * config.heads() * config.headSize();
        return 3 * tokens * (2 * matrixElements() + attention);
    }

    double matrixElements() {
        return WeightsLayout.of(config).entries().stream()
                .filter(entry -> entry.shape().size() == 2)
                .mapToLong(WeightsLayout.Entry::size)
                .sum();
    }

    private double stream(Script limits) {
        List<Tensor> matrices = fixed.tensors().stream()
                .filter(tensor -> tensor.shape().length == 2)
                .toList();
        int times = decodeSteps / 4;
        try (TensorScope scope = TensorScope.open()) {
            float[] ones = new float[Math.max(config.hiddenSize(), config.intermediateSize())];
            Arrays.fill(ones, 1);
            Tensor vector = scope.floats(ones, ones.length);
            Tensor count = scope.integer(times);
            return BenchmarkClock.seconds(() -> limits.call(scope, "stream", matrices, vector, count)) / times;
        }
    }

    /** Seconds of one step; prompts are read in a step of their own. */
    private double decode(int slots) {
        try (Generator generator = new Generator(decoder, slots)) {
            generator.use(fixed, 0);
            for (int i = 0; i < slots; i++) {
                SamplingSettings settings = SamplingSettings.plain(decodeSteps + 2);
                generator.admit(new GenerationRequest(i, tokens(i, 64), settings, i));
            }
            generator.step();
            return BenchmarkClock.seconds(() -> {
                        for (int i = 0; i < decodeSteps; i++) {
                            generator.step();
                        }
                    })
                    / decodeSteps;
        }
    }

    private static TokenLoss loss(List<TrainingSequence> batch) {
        Script script = Script.resource(MeasuredModel.class, "loss.py", Map.of());
        int[] targets = batch.stream()
                .flatMapToInt(sequence -> IntStream.of(sequence.completion()))
                .toArray();
        return (scope, logits, first) -> {
            int[] some = Arrays.copyOfRange(targets, first, first + (int) logits.shape()[0]);
            return script.callWithGradient(scope, "loss", logits, scope.ints(some, some.length))
                    .get(0);
        };
    }

    private int[] tokens(long seed, int count) {
        return new Random(seed).ints(count, 0, config.vocabularySize()).toArray();
    }

    @Override
    public void close() {
        learning.close();
        fixed.close();
    }
}
