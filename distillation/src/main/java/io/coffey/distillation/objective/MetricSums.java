// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics of an optimiser batch, added up over its micro-batches. Not thread-safe. */
public final class MetricSums {

    /** The metric that counts trained tokens; every other one is a sum over them. */
    public static final String TOKENS = "tokens";

    private final List<String> names;
    private final double[] sums;

    /**
     * Starts from zero.
     *
     * @param names names of the metrics, {@value #TOKENS} first
     */
    public MetricSums(List<String> names) {
        if (names.isEmpty() || !names.get(0).equals(TOKENS)) {
            throw new IllegalArgumentException("metrics begin with \"%s\", found %s".formatted(TOKENS, names));
        }
        this.names = List.copyOf(names);
        this.sums = new double[names.size()];
    }

    /** Adds the sums of one micro-batch. */
    public void add(LossResult result) {
        if (result.sums().length != sums.length) {
            throw new IllegalArgumentException(
                    "expected %d metrics %s, found %d".formatted(sums.length, names, result.sums().length));
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += result.sums()[i];
        }
    }

    /**
     * The number of trained tokens, and the mean per token of every other metric. A metric whose values the
     * trajectories did not carry is left out, and so is every mean when no token was trained.
     */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        means.put(TOKENS, sums[0]);
        for (int i = 1; i < sums.length; i++) {
            double mean = sums[i] / sums[0];
            if (!Double.isNaN(mean)) {
                means.put(names.get(i), mean);
            }
        }
        return means;
    }
}
