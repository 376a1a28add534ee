// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

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
}
