// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Small distributions in plain double precision, the reference of the tests. */
public final class Distributions {

    private Distributions() {}

    /** Logarithms. */
    public static double[] log(double... probabilities) {
        return Arrays.stream(probabilities).map(Math::log).toArray();
    }

    /** Log-probabilities of logits. */
    public static double[] logSoftmax(double... logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(z -> Math.exp(z - largest)).sum();
        return Arrays.stream(logits).map(z -> z - largest - Math.log(sum)).toArray();
    }

    /** Entropy of log-probabilities, in nats. */
    public static double entropy(double... logProbs) {
        return -Arrays.stream(logProbs).map(l -> Math.exp(l) * l).sum();
    }

    /** The k likeliest tokens, likeliest first. */
    public static int[] top(int k, double... logProbs) {
        return IntStream.range(0, logProbs.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -logProbs[id]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
