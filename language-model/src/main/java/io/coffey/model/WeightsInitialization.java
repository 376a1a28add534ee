// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * The weights of a new model: every norm 1, every bias 0, every matrix drawn from a normal distribution of variance
 * 1/columns (LeCun et al., 1998), so that activations keep their scale whatever the width. A fixed small deviation
 * would leave narrow models with weights so small that every optimiser step turns them around.
 */
public final class WeightsInitialization {

    private WeightsInitialization() {}

    /**
     * Canonical weights of a new model; equal seeds give equal bytes.
     *
     * @throws ArithmeticException if they take 2 GiB or more
     */
    public static byte[] canonical(DecoderConfig config, long seed) {
        WeightsLayout layout = WeightsLayout.of(config);
        ByteBuffer canonical =
                ByteBuffer.allocate(Math.toIntExact(layout.byteCount())).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(seed);
        for (WeightsLayout.Entry entry : layout.entries()) {
            boolean matrix = entry.shape().size() == 2;
            double deviation = 1 / Math.sqrt(entry.shape().get(entry.shape().size() - 1));
            for (long i = 0; i < entry.size(); i++) {
                canonical.putFloat(matrix ? (float) (random.nextGaussian() * deviation) : entry.isBias() ? 0 : 1);
            }
        }
        return canonical.array();
    }
}
