// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.Decoder;
import io.coffey.torch.Gradients;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** A micro-batch on its way through the decoder's layers, and back. */
interface ForwardPass {

    /** What the head reads: a row for each completion token, [N, C]. */
    Tensor states();

    /** Backpropagates the gradient of the loss with respect to {@link #states}, once. */
    void backward(Tensor gradient);

    /**
     * A pass that keeps what every layer computed until the way back.
     *
     * @param weights the decoder's weights; gradients go to their leaves
     * @param ids [B, T]
     * @param rows positions of the states through the flattened [B T], [N]
     */
    static ForwardPass keeping(TensorScope scope, Decoder decoder, List<Tensor> weights, Tensor ids, Tensor rows) {
        return new Kept(decoder.statesWithGradient(scope, weights, ids, rows));
    }

    /**
     * A pass that keeps only what goes into every layer and computes the rest again on the way back (Chen et al.,
     * Training Deep Nets with Sublinear Memory Cost, 2016).
     *
     * @param weights as {@link #keeping}
     * @param plain the same numbers, without recording; what does not learn is the same object in both
     */
    static ForwardPass recomputing(
            TensorScope scope, Decoder decoder, List<Tensor> weights, List<Tensor> plain, Tensor ids, Tensor rows) {
        List<Tensor> inputs = new ArrayList<>();
        inputs.add(decoder.embeddedWithGradient(scope, plain, ids));
        for (int layer = 0; layer < decoder.config().layers(); layer++) {
            try (TensorScope inside = TensorScope.open()) {
                inputs.add(scope.keep(decoder.layerWithGradient(inside, plain, inputs.get(layer), layer)));
            }
        }
        Tensor states = decoder.pickedWithGradient(scope, inputs.get(inputs.size() - 1), rows);
        boolean embeddingLearns = weights.get(0) != plain.get(0);
        return new Recomputed(decoder, weights, embeddingLearns, ids, rows, inputs, states);
    }

    /** See {@link #keeping}. */
    record Kept(Tensor states) implements ForwardPass {

        @Override
        public void backward(Tensor gradient) {
            Gradients.backward(states, gradient);
        }
    }

    /**
     * See {@link #recomputing}.
     *
     * @param inputs what went into each layer, and what came out of the last
     */
    record Recomputed(
            Decoder decoder,
            List<Tensor> weights,
            boolean embeddingLearns,
            Tensor ids,
            Tensor rows,
            List<Tensor> inputs,
            Tensor states)
            implements ForwardPass {

        @Override
        public void backward(Tensor gradient) {
            try (TensorScope scope = TensorScope.open()) {
                int layers = decoder.config().layers();
                Tensor output = scope.leaf(inputs.get(layers));
                Gradients.backward(decoder.pickedWithGradient(scope, output, rows), gradient);
                Tensor above = Gradients.of(scope, output);
                for (int layer = layers - 1; layer >= 0; layer--) {
                    Tensor below = backward(scope, layer, above);
                    above.close();
                    above = below;
                }
                if (embeddingLearns) {
                    Gradients.backward(decoder.embeddedWithGradient(scope, weights, ids), above);
                }
            }
        }

        /** Takes the gradient above a layer to the one below it. */
        private Tensor backward(TensorScope scope, int layer, Tensor above) {
            try (TensorScope inside = TensorScope.open()) {
                Tensor input = inside.leaf(inputs.get(layer));
                Gradients.backward(decoder.layerWithGradient(inside, weights, input, layer), above);
                return Gradients.of(scope, input);
            }
        }
    }
}
