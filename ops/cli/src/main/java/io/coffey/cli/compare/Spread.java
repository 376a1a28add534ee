// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What equal runs of different seeds came to.
 *
 * @param mean their mean
 * @param deviation their standard deviation, of a sample; 0 of a single one
 * @param count how many there are
 */
record Spread(double mean, double deviation, int count) {

    /** The spread of those values that are there; empty when none is. */
    static Optional<Spread> of(List<? extends @Nullable Number> values) {
        double[] found = values.stream()
                .filter(Objects::nonNull)
                .mapToDouble(Number::doubleValue)
                .toArray();
        if (found.length == 0) {
            return Optional.empty();
        }
        double sum = 0;
        for (double value : found) {
            sum += value;
        }
        double mean = sum / found.length;
        double squares = 0;
        for (double value : found) {
            squares += (value - mean) * (value - mean);
        }
        return Optional.of(
                new Spread(mean, found.length == 1 ? 0 : Math.sqrt(squares / (found.length - 1)), found.length));
    }

    /** Mean and, where there is more than one, deviation, each times the factor and in the format. */
    String text(String format, double factor) {
        String text = String.format(Locale.ROOT, format, factor * mean);
        return count == 1 ? text : text + " ± " + String.format(Locale.ROOT, format, factor * deviation);
    }
}
