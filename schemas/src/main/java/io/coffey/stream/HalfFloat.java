// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

/** IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
final class HalfFloat {

    /** The largest finite number of half precision. */
    static final float LARGEST = 65504f;

    private static final int LARGEST_BITS = 0x7bff;
    private static final float SMALLEST_NORMAL = 0x1p-14f;

    private HalfFloat() {}

    /** Rounds a finite number to nearest, ties to even; what is beyond the range becomes the largest finite number. */
    static short fromFloat(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (magnitude < SMALLEST_NORMAL) {
            // Multiples of 2^-24; the largest rounds up into the smallest normal number, whose bits come next.
            return (short) (sign | (int) Math.rint((double) magnitude * 0x1p24));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int roundToEven = 0x0fff + ((bits >>> 13) & 1);
        int rounded = (bits + roundToEven - 0x38000000) >>> 13;
        return (short) (sign | Math.min(rounded, LARGEST_BITS));
    }

    /** The number exactly; infinity and not-a-number keep their meaning. */
    static float toFloat(short half) {
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        }
        return half < 0 ? -magnitude : magnitude;
    }
}
