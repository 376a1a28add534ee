// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param name its name in the file
 * @param type number format of its elements
 * @param shape its dimensions; empty for a scalar
 * @param file the file that holds it
 * @param position offset of its first byte from the start of the file
 * @param bytes its length in the file; always the product of the shape times the size of an element
 */
public record StoredTensor(String name, ElementType type, List<Long> shape, Path file, long position, long bytes) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
        return bytes / type.bytes();
    }
}
