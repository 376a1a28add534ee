// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A numeric interval, parsed from what {@link Range} holds. */
record Interval(String text, double low, boolean lowIncluded, double high, boolean highIncluded) {

    private static final Pattern FORM = Pattern.compile("([\\[(])\\s*(\\S+)\\s*,\\s*(\\S+)\\s*([\\])])");

    static Interval parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("interval \"" + text + "\" is not of the form [1, inf)");
        }
        return new Interval(
                text,
                bound(matcher.group(2)),
                matcher.group(1).equals("["),
                bound(matcher.group(3)),
                matcher.group(4).equals("]"));
    }

    boolean contains(double value) {
        return (lowIncluded ? value >= low : value > low) && (highIncluded ? value <= high : value < high);
    }

    private static double bound(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
