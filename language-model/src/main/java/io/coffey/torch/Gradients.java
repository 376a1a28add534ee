// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;

/** Backpropagation. */
public final class Gradients {

    private Gradients() {}

    /**
     * Adds the gradient of a scalar to every {@linkplain TensorScope#leaf leaf} it was computed from; scripts read it
     * as {@code leaf.grad}. Frees the recorded graph.
     */
    public static void backward(Tensor scalarLoss) {
        PtNDArray loss = scalarLoss.array();
        if (loss.getShape().size() != 1) {
            throw new IllegalArgumentException("the loss must be a scalar, found shape " + loss.getShape());
        }
        // `full` allocates natively; an array made from a Java buffer could be collected while the graph points at it.
        try (PtNDArray one =
                (PtNDArray) loss.getManager().full(new Shape(scalarLoss.shape()), 1f, loss.getDataType())) {
            JniUtils.backward(loss, one, false, false);
        }
    }

    /**
     * As {@link #backward(Tensor)} from any tensor, given the loss's gradient with respect to it: how a pass that was
     * cut in two goes on.
     *
     * @param gradient of the output's shape; changed by nothing here
     */
    public static void backward(Tensor output, Tensor gradient) {
        if (!Arrays.equals(output.shape(), gradient.shape())) {
            throw new IllegalArgumentException("the gradient of a tensor of shape %s has that shape, found %s"
                    .formatted(Arrays.toString(output.shape()), Arrays.toString(gradient.shape())));
        }
        JniUtils.backward(output.array(), gradient.array(), false, false);
    }

    /**
     * What has been added up for a leaf; zeros if no backward pass has reached it.
     *
     * @param scope owns the result
     */
    public static Tensor of(TensorScope scope, Tensor leaf) {
        PtNDArray gradient = leaf.array().getGradient();
        gradient.attach(scope.manager());
        return new Tensor(gradient);
    }
}
