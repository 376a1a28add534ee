// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.Map;

/** The number format in which a decoder's matrices are kept and multiplied. */
public enum Precision {
    /** Single precision throughout. */
    F32,

    /**
     * Matrices and what they read as bf16, half the memory; residual stream, norms and log-probabilities in f32. Meant
     * for GPUs and processors with bf16 units, and slow on others.
     */
    BF16;

    /** Loaded with the first weights that are not in single precision. */
    private static final class Conversion {
        // Tensors of bf16 exist only between scripts: the engine's binding cannot make or read them.
        static final Script SCRIPT = Script.compile("precision", """
                def narrowed(self, x: Tensor) -> Tensor:
                  return torch.to(x, 15)
                def widened(self, x: Tensor) -> Tensor:
                  return torch.to(x, 6)
                """, Map.of());
    }

    /** An f32 tensor in this precision; closes it if that is another tensor. */
    Tensor narrowed(TensorScope scope, Tensor full) {
        if (this == F32) {
            return full;
        }
        Tensor narrowed = Conversion.SCRIPT.call(scope, "narrowed", full).get(0);
        full.close();
        return narrowed;
    }

    /** A tensor of weights in this precision as f32; itself if it is that. */
    Tensor widened(TensorScope scope, Tensor tensor) {
        return this == F32
                ? tensor
                : Conversion.SCRIPT.call(scope, "widened", tensor).get(0);
    }
}
