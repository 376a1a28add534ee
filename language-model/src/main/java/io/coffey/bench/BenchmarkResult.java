// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import java.util.Map;

/**
 * What {@link ModelBenchmark} measured. Every figure is the median of the rounds; shares are formed within a round, so
 * that a machine that slows down for a while slows down both sides.
 *
 * @param matmulFlops floating-point operations per second of products of 1024 x 1024 matrices
 * @param small the model of hidden size 256
 * @param large the model of hidden size 512
 * @param loadBytes size of the safetensors file that was loaded, that of the large model
 * @param loadSeconds time to make weights of it
 * @param loadTimesRead {@code loadSeconds} / time to read the same file into memory
 * @param threads native threads
 * @param libtorch version of the native library
 * @param cpuCapability instruction set of its kernels
 */
public record BenchmarkResult(
        double matmulFlops,
        Model small,
        Model large,
        double loadBytes,
        double loadSeconds,
        double loadTimesRead,
        int threads,
        String libtorch,
        String cpuCapability) {

    /** The number of slots whose decoding is compared with the matrix product. */
    public static final int MANY_SLOTS = 32;

    /**
     * Training and decoding of one model.
     *
     * @param shape what it is, in words
     * @param streamBytes weight bytes per second when one vector goes through every matrix of the model and nothing
     *     else is done
     * @param trainStepSeconds forward, backward, clipping and AdamW on one batch
     * @param trainFlops floating-point operations per second of that step
     * @param trainShareOfMatmulPeak {@code trainFlops} / those of the matrix product
     * @param decodeTokensPerSecond sampled tokens per second, by number of slots
     * @param decodeShareOfBandwidth time to stream the weights once / time of a decoding step with one slot
     * @param decodeShareOfMatmulPeak floating-point operations per second of the matrices in decoding with
     *     {@value #MANY_SLOTS} slots / those of the matrix product
     */
    public record Model(
            String shape,
            double streamBytes,
            double trainStepSeconds,
            double trainFlops,
            double trainShareOfMatmulPeak,
            Map<Integer, Double> decodeTokensPerSecond,
            double decodeShareOfBandwidth,
            double decodeShareOfMatmulPeak) {}
}
