// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Teaches a model to continue prompts with given completions: the mean cross-entropy of the completion tokens, over
 * each batch as a whole. Equal weights, examples and settings give equal weights, byte for byte, for a fixed number of
 * threads and kind of machine.
 */
public final class SupervisedFineTuning {

    private static final Script LOSS = Script.resource(SupervisedFineTuning.class, "cross_entropy.py", Map.of());

    private SupervisedFineTuning() {}

    /**
     * How to train.
     *
     * @param batch examples per step
     * @param learningRate rate of each step; its number of steps is the length of the run
     * @param seed decides the order of the examples
     * @param microBatchTokens most tokens, padding included, that go through the model at once; decides memory
     */
    public record Settings(int batch, LearningRate learningRate, long seed, int microBatchTokens) {

        public Settings {
            if (batch < 1 || microBatchTokens < 1) {
                throw new IllegalArgumentException("batch and microBatchTokens: expected 1 or more, found %d and %d"
                        .formatted(batch, microBatchTokens));
            }
        }
    }

    /**
     * What a step did.
     *
     * @param number counted from 1
     * @param loss mean over the batch's completion tokens, in nats, before the step
     * @param gradientNorm before clipping
     * @param learningRate the step's rate
     * @param tokens completion tokens of the batch
     */
    public record Step(long number, double loss, double gradientNorm, double learningRate, int tokens) {}

    /**
     * Trains a model, and returns the canonical bytes of what learned.
     *
     * @param examples at least one
     * @param progress is told of each step after it was taken
     * @throws DivergedException if a gradient is not finite
     */
    public static byte[] train(
            TrainableModel model, List<TrainingSequence> examples, Settings settings, Consumer<Step> progress) {
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("training needs 1 example or more, found none");
        }
        BatchOrder order = new BatchOrder(examples, settings.seed());
        for (long step = 0; step < settings.learningRate().steps(); step++) {
            List<TrainingSequence> batch = order.next(settings.batch());
            int tokens = batch.stream()
                    .mapToInt(example -> example.completion().length)
                    .sum();
            double loss = 0;
            for (List<TrainingSequence> part : split(batch, settings.microBatchTokens())) {
                loss += accumulate(model, part, tokens);
            }
            double rate = settings.learningRate().at(step);
            double norm = model.step(rate);
            if (Double.isNaN(norm)) {
                throw new DivergedException(
                        "step %d: expected a finite gradient, found none at loss %s: ".formatted(step + 1, loss)
                                + "a lower learning rate or gradient norm may help");
            }
            progress.accept(new Step(step + 1, loss, norm, rate, tokens));
        }
        return model.weights();
    }

    /** The mean cross-entropy of all completion tokens of some examples, in nats. */
    public static double meanLoss(
            Decoder decoder, byte[] canonicalWeights, List<TrainingSequence> examples, int tokenBudget) {
        List<ScoringRequest> requests = examples.stream()
                .map(example -> new ScoringRequest(example.prompt(), example.completion(), 0, null, false))
                .toList();
        Weights weights = Weights.fromBytes(decoder.config(), ByteBuffer.wrap(canonicalWeights));
        double sum = 0;
        long tokens = 0;
        try (SequenceScorer scorer = new SequenceScorer(decoder, weights, tokenBudget)) {
            for (SequenceScores scores : scorer.score(requests)) {
                for (float logProb : scores.logProbs()) {
                    sum -= logProb;
                    tokens++;
                }
            }
        }
        return sum / tokens;
    }

    /** Adds the gradient of a part's share of the mean loss; returns that share. */
    static double accumulate(TrainableModel model, List<TrainingSequence> part, int denominator) {
        int[] targets = part.stream()
                .flatMapToInt(example -> Arrays.stream(example.completion()))
                .toArray();
        double[] share = new double[1];
        model.accumulate(part, (scope, logits, first) -> {
            int[] some = Arrays.copyOfRange(targets, first, first + (int) logits.shape()[0]);
            Tensor loss = LOSS.callWithGradient(
                            scope, "loss", logits, scope.ints(some, some.length), scope.scalar(denominator))
                    .get(0);
            share[0] += loss.item();
            return loss;
        });
        return share[0];
    }

    /** Cuts a batch, in its order, into parts whose padded rectangle holds at most {@code budget} tokens. */
    private static List<List<TrainingSequence>> split(List<TrainingSequence> batch, int budget) {
        List<List<TrainingSequence>> parts = new ArrayList<>();
        List<TrainingSequence> part = new ArrayList<>();
        int longest = 0;
        for (TrainingSequence example : batch) {
            int length = Decoder.bucket(example.prompt().length + example.completion().length - 1);
            if (!part.isEmpty() && (part.size() + 1) * Math.max(longest, length) > budget) {
                parts.add(part);
                part = new ArrayList<>();
                longest = 0;
            }
            part.add(example);
            longest = Math.max(longest, length);
        }
        parts.add(part);
        return parts;
    }
}
