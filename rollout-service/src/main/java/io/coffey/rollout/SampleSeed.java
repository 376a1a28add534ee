// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

/**
 * The seed of each sample of a request, as a counter-based mix: sample i of a request with seed s uses the SplitMix64
 * output for state {@code s + (i + 1) * 0x9E3779B97F4A7C15}. So a redone sample has the same seed wherever and whenever
 * it is redone, and samples of one request are unrelated.
 */
final class SampleSeed {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private SampleSeed() {}

    static long of(long requestSeed, int sample) {
        long z = requestSeed + (sample + 1L) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
