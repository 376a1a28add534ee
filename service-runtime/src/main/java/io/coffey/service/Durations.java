// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of durations in settings: {@code 200ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code 7d}. */
final class Durations {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private Durations() {}

    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "duration \"" + text + "\" is not of the form 200ms, 30s, 10m, 2h or 7d");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The one spelling of a duration: the largest unit that leaves a whole number. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        for (Unit unit : Unit.values()) {
            if (millis % unit.millis == 0 && millis > 0) {
                return millis / unit.millis + unit.symbol;
            }
        }
        return millis + "ms";
    }

    /** Units from the largest. */
    private enum Unit {
        DAYS("d", Duration.ofDays(1)),
        HOURS("h", Duration.ofHours(1)),
        MINUTES("m", Duration.ofMinutes(1)),
        SECONDS("s", Duration.ofSeconds(1));

        private final String symbol;
        private final long millis;

        Unit(String symbol, Duration length) {
            this.symbol = symbol;
            this.millis = length.toMillis();
        }
    }
}
