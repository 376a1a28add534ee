// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;

/** Rotary position embedding in the half-split convention of Hugging Face: pair j is the elements j and j + D/2. */
final class Rope {

    private Rope() {}

    /**
     * By how many radians each pair turns from one position to the next, f32 [D/2], rounded as Hugging Face's are. The
     * tensor lives as long as the process.
     */
    static Tensor frequencies(DecoderConfig config) {
        int half = Math.max(1, config.headSize() / 2);
        float[] frequencies = new float[half];
        for (int j = 0; j < half; j++) {
            double frequency = 1 / Math.pow(config.ropeTheta(), 2.0 * j / config.headSize());
            frequencies[j] = (float) config.features().ropeScaling().scaled(frequency);
        }
        return TensorScope.open().floats(frequencies, half);
    }
}
