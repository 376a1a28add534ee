// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Weights that learn by AdamW. A step is any number of {@link #accumulate} calls, whose gradients add up, and one
 * {@link #step}.
 *
 * <p>Equal weights, optimiser state, micro-batches and learning rates give equal bytes, for a fixed number of threads
 * and kind of machine. For one thread.
 */
public final class TrainableModel implements AutoCloseable {

    private static final Script ADAMW = Script.resource(TrainableModel.class, "adamw.py", Map.of());

    private final Decoder decoder;
    private final AdamWSettings settings;
    private Weights weights;
    private AdamWState state;
    private TensorScope gradientScope = TensorScope.open();
    private List<Tensor> leaves = List.of();

    /** A model before its first step. */
    public TrainableModel(Decoder decoder, byte[] canonicalWeights, AdamWSettings settings) {
        this.decoder = decoder;
        this.settings = settings;
        this.weights = Weights.fromBytes(decoder.config(), ByteBuffer.wrap(canonicalWeights));
        this.state = AdamWState.zero(weights.layout());
    }

    /**
     * Adds the gradient of a loss on some sequences to what has been accumulated.
     *
     * @throws IllegalArgumentException if a sequence is longer than the decoder's longest or has a token that is not in
     *     the vocabulary
     */
    public void accumulate(List<TrainingSequence> microBatch, TokenLoss loss) {
        if (leaves.isEmpty()) {
            leaves = weights.tensors().stream().map(gradientScope::leaf).toList();
        }
        List<int[]> inputs = new ArrayList<>();
        int length = 0;
        int tokens = 0;
        for (TrainingSequence sequence : microBatch) {
            int[] input = decoder.inputs(sequence.prompt(), sequence.completion());
            inputs.add(input);
            length = Math.max(length, Decoder.bucket(input.length));
            tokens += sequence.completion().length;
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor ids = decoder.ids(scope, inputs, inputs.size(), length);
            Tensor rows = scope.ints(completionRows(microBatch, length, tokens), tokens);
            Tensor logits = decoder.logitsWithGradient(scope, leaves, ids, rows);
            Gradients.backward(loss.loss(scope, logits));
        }
    }

    /**
     * Clips the accumulated gradient, takes one AdamW step and forgets the gradient.
     *
     * @return the global norm of the gradient before clipping; NaN if it is not finite, and then weights and optimiser
     *     are as before
     * @throws IllegalStateException if nothing was accumulated
     */
    public double step(double learningRate) {
        if (leaves.isEmpty()) {
            throw new IllegalStateException("a training step needs a gradient: accumulate first");
        }
        try (TensorScope scope = TensorScope.open()) {
            double[] how = {
                learningRate,
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.weightDecay(),
                settings.maxGradientNorm()
            };
            double norm = ADAMW.call(
                            scope,
                            "step",
                            leaves,
                            state.first(),
                            state.second(),
                            state.count(),
                            scope.doubles(how, how.length))
                    .get(0)
                    .item();
            return Double.isFinite(norm) ? norm : Double.NaN;
        } finally {
            discardGradients();
        }
    }

    /** Forgets the accumulated gradient. */
    public void discardGradients() {
        gradientScope.close();
        gradientScope = TensorScope.open();
        leaves = List.of();
    }

    /** The canonical bytes of the weights. */
    public byte[] weights() {
        return weights.toBytes();
    }

    /** SHA-256 of the canonical bytes, in hex. */
    public String digest() {
        return weights.digest();
    }

    /** SHA-256 of every tensor's bytes, in hex, by name. */
    public Map<String, String> tensorDigests() {
        return weights.tensorDigests();
    }

    /** The optimiser's state: steps taken as an i64, first moments, second moments; all little-endian. */
    public byte[] optimizerState() {
        return state.toBytes();
    }

    /**
     * Goes back to an earlier state, byte for byte, and forgets the accumulated gradient.
     *
     * @throws IllegalArgumentException if either does not have the size that this decoder takes
     */
    public void restore(byte[] canonicalWeights, byte[] optimizerState) {
        AdamWState restoredState = AdamWState.fromBytes(weights.layout(), optimizerState);
        Weights restored = Weights.fromBytes(decoder.config(), ByteBuffer.wrap(canonicalWeights));
        close();
        gradientScope = TensorScope.open();
        leaves = List.of();
        weights = restored;
        state = restoredState;
    }

    @Override
    public void close() {
        gradientScope.close();
        weights.close();
        state.close();
    }

    /** Where each completion token is predicted, counted through the flattened [B, length]. */
    private static int[] completionRows(List<TrainingSequence> batch, int length, int tokens) {
        int[] rows = new int[tokens];
        int next = 0;
        for (int b = 0; b < batch.size(); b++) {
            int start = b * length + batch.get(b).prompt().length - 1;
            for (int t = 0; t < batch.get(b).completion().length; t++) {
                rows[next++] = start + t;
            }
        }
        return rows;
    }
}
