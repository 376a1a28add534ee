// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis: values to positions, with round ticks.
 *
 * @param low least value
 * @param high greatest value
 * @param from position of the least value
 * @param to position of the greatest value
 * @param step distance between ticks
 */
record Axis(double low, double high, double from, double to, double step) {

    /** An axis whose ends are ticks and which covers the given values. */
    static Axis covering(double low, double high, double from, double to, int ticks) {
        double step = roundStep((high - low) / ticks);
        return new Axis(Math.floor(low / step) * step, Math.ceil(high / step) * step, from, to, step);
    }

    double position(double value) {
        return from + (value - low) / (high - low) * (to - from);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long count = Math.round((high - low) / step);
        for (long i = 0; i <= count; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /** A number with at most four significant digits and no trailing zeros. */
    static String label(double value) {
        if (Math.abs(value) >= 1000 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** The least of 1, 2, 5 times a power of ten that is not below the given one. */
    private static double roundStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= atLeast * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
