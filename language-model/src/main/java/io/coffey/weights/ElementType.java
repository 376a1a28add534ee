// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The number formats of stored tensors that this reader accepts; all are little-endian. Only floats are ever read:
 * older checkpoints store masks beside their weights.
 */
public enum ElementType {
    BOOL(1),
    U8(1),
    F32(4) {
        @Override
        void widen(ByteBuffer source, int[] target, int count) {
            source.asIntBuffer().get(target, 0, count);
        }
    },
    F16(2) {
        @Override
        void widen(ByteBuffer source, int[] target, int count) {
            ShortBuffer halves = source.asShortBuffer();
            for (int i = 0; i < count; i++) {
                target[i] = singleOfHalf(halves.get(i));
            }
        }
    },
    BF16(2) {
        @Override
        void widen(ByteBuffer source, int[] target, int count) {
            ShortBuffer halves = source.asShortBuffer();
            for (int i = 0; i < count; i++) {
                target[i] = halves.get(i) << 16;
            }
        }
    };

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether tensors of this type can be read. */
    public boolean isFloat() {
        return this != BOOL && this != U8;
    }

    /** Puts the bits of the first {@code count} elements, as F32, into {@code target}. The widening is exact. */
    void widen(ByteBuffer littleEndian, int[] target, int count) {
        throw new IllegalArgumentException("tensors of type " + this + " are not read");
    }

    /** The bits of the float equal to a half-precision number given by its bits. */
    private static int singleOfHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0x1f) { // infinity, or not a number
            return sign | 0x7f80_0000 | fraction << 13;
        }
        if (exponent == 0) { // zero, or subnormal: fraction x 2^-24, exact in single precision
            return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
        }
        return sign | (exponent + 112) << 23 | fraction << 13;
    }
}
