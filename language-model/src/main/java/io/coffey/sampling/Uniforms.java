// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

/** Uniform random numbers by counter: a pure function of seed and position (Steele et al., SplitMix64). */
final class Uniforms {

    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private Uniforms() {}

    /**
     * A number in [0, 1 - 2^-52]. With 52 bits and not 53, its product with a total stays below the total in f64, so an
     * inverse distribution function never runs off its end.
     */
    static double at(long seed, int position) {
        long bits = mixed(mixed(seed) + (position + 1) * GOLDEN_RATIO);
        return (bits >>> 12) * 0x1p-52;
    }

    /** The same for further draws at a position, numbered from 1; unrelated to one another and to the first. */
    static double at(long seed, int position, int draw) {
        return at(mixed(mixed(seed) - draw * GOLDEN_RATIO), position);
    }

    private static long mixed(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
