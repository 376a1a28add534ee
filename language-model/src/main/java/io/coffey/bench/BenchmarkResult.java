// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import java.util.Map;

/**
 * What {@link ModelBenchmark} measured. Every figure is the median of the rounds; shares are formed within a round, so
 * that a machine that slows down for a while slows down both sides.
 *
 * @param matmulFlops floating-point operations per second of products of 1024 x 1024 matrices
 * @param streamBytes weight bytes per second when one vector goes through every matrix of the model and nothing else is
 *     done
 * @param trainStepSeconds forward, backward, clipping and AdamW on 16 x 128 tokens
 * @param trainFlops floating-point operations per second of that step
 * @param trainShareOfMatmulPeak {@code trainFlops / matmulFlops}
 * @param decodeTokensPerSecond sampled tokens per second, by number of slots
 * @param decodeShareOfBandwidth time to stream the weights once / time of a decoding step with one slot
 * @param threads native threads
 * @param libtorch version of the native library
 * @param cpuCapability instruction set of its kernels
 */
public record BenchmarkResult(
        double matmulFlops,
        double streamBytes,
        double trainStepSeconds,
        double trainFlops,
        double trainShareOfMatmulPeak,
        Map<Integer, Double> decodeTokensPerSecond,
        double decodeShareOfBandwidth,
        int threads,
        String libtorch,
        String cpuCapability) {}
