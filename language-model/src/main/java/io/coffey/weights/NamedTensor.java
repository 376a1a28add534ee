// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor to be written.
 *
 * @param name its name in the file
 * @param shape its dimensions
 * @param floats its elements, little-endian F32
 */
public record NamedTensor(String name, List<Long> shape, ByteBuffer floats) {

    public NamedTensor {
        shape = List.copyOf(shape);
        long expected = Float.BYTES * shape.stream().reduce(1L, Math::multiplyExact);
        if (floats.remaining() != expected) {
            throw new IllegalArgumentException("tensor %s of shape %s needs %d bytes, found %d"
                    .formatted(name, shape, expected, floats.remaining()));
        }
    }
}
