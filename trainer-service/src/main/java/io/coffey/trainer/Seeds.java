// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

/** Derives independent seeds from one, by the finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
final class Seeds {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** A seed for the given counter; the same pair always gives the same seed. */
    static long mix(long seed, long counter) {
        long z = seed + (counter + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
