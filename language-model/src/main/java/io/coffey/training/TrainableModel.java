// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Weights, or an adapter of weights, that learn by AdamW. A step is any number of {@link #accumulate} calls, whose
 * gradients add up, and one {@link #step}.
 *
 * <p>The loss is computed and backpropagated to the states that the head reads some tokens at a time, then through the
 * layers in one go: logits never exist for more tokens than {@link StepMemory#lossChunkTokens}.
 *
 * <p>Equal weights, optimiser state, micro-batches and learning rates give equal bytes, for a fixed number of threads
 * and kind of machine. For one thread.
 */
public final class TrainableModel implements AutoCloseable {

    private static final Script ADAMW = Script.resource(TrainableModel.class, "adamw.py", Map.of());

    private final Decoder decoder;
    private final AdamWSettings settings;
    private final StepMemory memory;
    private Parameters parameters;
    private AdamWState state;
    private TensorScope gradientScope = TensorScope.open();
    private List<Tensor> leaves = List.of();

    private TrainableModel(Decoder decoder, Parameters parameters, AdamWSettings settings, StepMemory memory) {
        this.decoder = decoder;
        this.parameters = parameters;
        this.settings = settings;
        this.memory = memory;
        this.state = AdamWState.zero(parameters.tensors());
    }

    /** A model before its first step, with {@linkplain StepMemory#defaults() the usual use of memory}. */
    public TrainableModel(Decoder decoder, byte[] canonicalWeights, AdamWSettings settings) {
        this(decoder, canonicalWeights, settings, StepMemory.defaults());
    }

    /** A model before its first step: all weights learn. */
    public TrainableModel(Decoder decoder, byte[] canonicalWeights, AdamWSettings settings, StepMemory memory) {
        this(decoder, Parameters.Whole.of(decoder.config(), canonicalWeights), settings, memory);
    }

    /**
     * A model of which only an adapter learns: {@link #weights} are the adapter's canonical bytes.
     *
     * @param base never changed; belongs to the caller, who closes it after this
     * @throws io.coffey.adapter.AdapterException if the adapter is for another base
     */
    public static TrainableModel adapting(
            Decoder decoder, Weights base, byte[] canonicalAdapter, AdamWSettings settings, StepMemory memory) {
        return new TrainableModel(
                decoder, Parameters.Adapted.of(decoder.config(), base, canonicalAdapter), settings, memory);
    }

    /**
     * Adds the gradient of a loss on some sequences to what has been accumulated.
     *
     * @throws IllegalArgumentException if a sequence is longer than the decoder's longest or has a token that is not in
     *     the vocabulary
     */
    public void accumulate(List<TrainingSequence> microBatch, TokenLoss loss) {
        if (leaves.isEmpty()) {
            leaves = parameters.tensors().stream().map(gradientScope::leaf).toList();
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
            List<Tensor> weights = parameters.weights(scope, leaves);
            ForwardPass pass = memory.recompute()
                    ? ForwardPass.recomputing(
                            scope, decoder, weights, parameters.weights(scope, parameters.tensors()), ids, rows)
                    : ForwardPass.keeping(scope, decoder, weights, ids, rows);
            pass.backward(lossGradient(scope, weights, pass.states(), loss));
        }
    }

    /** Backpropagates the loss to the head's weights and to the states that it reads; returns the latter's, [N, C]. */
    private Tensor lossGradient(TensorScope scope, List<Tensor> weights, Tensor states, TokenLoss loss) {
        Tensor leaf = scope.leaf(states);
        int tokens = Math.toIntExact(states.shape()[0]);
        int chunk = loss.separable() ? memory.lossChunkTokens() : tokens;
        for (int first = 0; first < tokens; first += chunk) {
            try (TensorScope part = TensorScope.open()) {
                int count = Math.min(chunk, tokens - first);
                Tensor logits = decoder.logitsWithGradient(part, weights, leaf, first, count);
                Gradients.backward(loss.loss(part, logits, first));
            }
        }
        return Gradients.of(scope, leaf);
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

    /** The canonical bytes of what learns: the weights, or the adapter. */
    public byte[] weights() {
        return parameters.toBytes();
    }

    /** SHA-256 of the canonical bytes, in hex. */
    public String digest() {
        return Weights.digest(parameters.toBytes());
    }

    /** SHA-256 of every tensor's bytes, in hex, by name. */
    public Map<String, String> tensorDigests() {
        return parameters.tensorDigests();
    }

    /** The optimiser's state: steps taken as an i64, first moments, second moments; all little-endian. */
    public byte[] optimizerState() {
        return state.toBytes();
    }

    /**
     * Goes back to an earlier state, byte for byte, and forgets the accumulated gradient.
     *
     * @throws IllegalArgumentException if either is not of the kind that this model has
     */
    public void restore(byte[] canonicalWeights, byte[] optimizerState) {
        AdamWState restoredState = AdamWState.fromBytes(parameters.tensors(), optimizerState);
        Parameters restored = parameters.fromBytes(canonicalWeights);
        close();
        gradientScope = TensorScope.open();
        leaves = List.of();
        parameters = restored;
        state = restoredState;
    }

    @Override
    public void close() {
        gradientScope.close();
        parameters.close();
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
