// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

/**
 * What became of one metric over some steps.
 *
 * @param count measurements
 * @param sum of them
 * @param min least of them
 * @param max greatest of them
 * @param last newest of them
 */
public record Spread(long count, double sum, double min, double max, double last) {

    /** One measurement. */
    static Spread of(double value) {
        return new Spread(1, value, value, value, value);
    }

    /** Both together. */
    Spread and(Spread later) {
        return new Spread(
                count + later.count, sum + later.sum, Math.min(min, later.min), Math.max(max, later.max), later.last);
    }

    /** Arithmetic mean. */
    public double mean() {
        return sum / count;
    }
}
