// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of an optimiser batch, added up over its micro-batches; of one whose name begins with {@value #LARGEST},
 * the largest. Not thread-safe.
 */
public final class MetricSums {

    /** The metric that counts trained tokens; every other one is a sum over them. */
    public static final String TOKENS = "tokens";

    /** How the name of a metric begins of which the largest value is told and not the mean. */
    static final String LARGEST = "max";

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
            double value = result.sums()[i];
            sums[i] = largest(i) ? Math.max(sums[i], value) : sums[i] + value;
        }
    }

    /**
     * The number of trained tokens, and the mean per token, or the largest value, of every other metric. A metric whose
     * values the trajectories did not carry is left out, and so is every mean when no token was trained.
     */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        means.put(TOKENS, sums[0]);
        for (int i = 1; i < sums.length; i++) {
            double mean = largest(i) ? sums[i] : sums[i] / sums[0];
            if (!Double.isNaN(mean)) {
                means.put(names.get(i), mean);
            }
        }
        return means;
    }

    private boolean largest(int metric) {
        return names.get(metric).startsWith(LARGEST);
    }
}
