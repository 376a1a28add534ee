// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;

/** Rotary position embedding in the half-split convention of Hugging Face: pair j is the elements j and j + D/2. */
final class Rope {

    private Rope() {}

    /**
     * Cosines and signed sines, f32 [2, length, D]; the sine of a head's first half is negative. Angles are rounded to
     * f32 as Hugging Face's are. The table lives as long as the process.
     */
    static Tensor table(DecoderConfig config, int length) {
        int width = config.headSize();
        int half = width / 2;
        float[] table = new float[2 * length * width];
        for (int j = 0; j < half; j++) {
            float frequency = (float) (1 / Math.pow(config.ropeTheta(), 2.0 * j / width));
            for (int position = 0; position < length; position++) {
                float angle = position * frequency;
                int first = position * width + j;
                int sines = length * width;
                table[first] = table[first + half] = (float) Math.cos(angle);
                table[sines + first] = (float) -Math.sin(angle);
                table[sines + first + half] = (float) Math.sin(angle);
            }
        }
        return TensorScope.open().floats(table, 2, length, width);
    }
}
