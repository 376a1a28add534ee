// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import io.coffey.model.DecoderConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Adapters for tests. */
public final class Adapters {

    private Adapters() {}

    /** An adapter of which neither A nor B is zero, for no base in particular. */
    public static Adapter trained(DecoderConfig config, AdapterSettings settings, long seed) {
        Random random = new Random(seed);
        int bytes = (int) AdapterLayout.of(config, settings).byteCount();
        ByteBuffer elements = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (elements.hasRemaining()) {
            elements.putFloat((float) (0.2 * random.nextGaussian()));
        }
        return new Adapter(config, new AdapterHeader(settings, ""), elements.flip());
    }
}
