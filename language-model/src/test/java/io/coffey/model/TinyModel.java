// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** A decoder too small to know anything, with weights from a seed. */
public final class TinyModel {

    /** Stops at no token; heads share keys and values; the head is tied. */
    public static final DecoderConfig TIED = config(true, List.of());

    /** As {@link #TIED} with a head of its own. */
    public static final DecoderConfig UNTIED = config(false, List.of());

    /** Wide enough for the kernels that real models meet; all heads share one key and value head. */
    public static final DecoderConfig WIDER =
            new DecoderConfig(512, 128, 344, 2, 4, 1, 32, 150, 1e-5, 10000, true, List.of());

    private TinyModel() {}

    public static DecoderConfig config(boolean tied, List<Integer> stopTokens) {
        return new DecoderConfig(61, 32, 48, 2, 4, 2, 8, 150, 1e-5, 10000, tied, stopTokens);
    }

    /**
     * Canonical bytes: norms near 1, biases near 0, matrices normal with the deviation that keeps the width of signals.
     */
    public static byte[] bytes(DecoderConfig config, long seed) {
        Random random = new Random(seed);
        WeightsLayout layout = WeightsLayout.of(config);
        ByteBuffer bytes = ByteBuffer.allocate((int) layout.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
        for (WeightsLayout.Entry entry : layout.entries()) {
            boolean matrix = entry.shape().size() == 2;
            double mean = matrix || entry.isBias() ? 0 : 1;
            double scale = matrix ? 1 / Math.sqrt(entry.shape().get(1)) : 0.1;
            for (long i = 0; i < entry.size(); i++) {
                bytes.putFloat((float) (mean + scale * random.nextGaussian()));
            }
        }
        return bytes.array();
    }

    public static Weights weights(DecoderConfig config, long seed) {
        return Weights.fromBytes(config, ByteBuffer.wrap(bytes(config, seed)));
    }

    public static int[] tokens(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.ints(length, 0, TIED.vocabularySize()).toArray();
    }
}
