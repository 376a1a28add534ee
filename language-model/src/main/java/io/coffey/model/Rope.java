// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;

/** Rotary position embedding in the half-split convention of Hugging Face: pair j is the elements j and j + D/2. */
final class Rope {

    private Rope() {}

    /**
     * By how many radians each element turns from one position to the next, f32 [D], rounded as Hugging Face's are:
     * those of the first half, as their partners in the second, with the sign changed. The tensor lives as long as the
     * process.
     */
    static Tensor frequencies(DecoderConfig config) {
        int half = config.headSize() / 2;
        float[] frequencies = new float[config.headSize()];
        for (int j = 0; j < half; j++) {
            double frequency = 1 / Math.pow(config.ropeTheta(), 2.0 * j / config.headSize());
            frequencies[half + j] = (float) config.features().ropeScaling().scaled(frequency);
            frequencies[j] = -frequencies[half + j];
        }
        return TensorScope.open().floats(frequencies, frequencies.length);
    }
}
