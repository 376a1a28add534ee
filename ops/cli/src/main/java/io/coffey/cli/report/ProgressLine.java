// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Says in one line where a run stands. Not thread-safe. */
public final class ProgressLine {

    private static final double WINDOW_NANOS = 10e9;

    private final RunHistory history;
    private final long steps;
    private final LongSupplier nanoTime;
    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(long nanos, long tokens) {}

    /**
     * A line on a history.
     *
     * @param steps optimiser steps of the whole run
     * @param nanoTime a clock in nanoseconds, for the speed over the last ten seconds
     */
    public ProgressLine(RunHistory history, long steps, LongSupplier nanoTime) {
        this.history = history;
        this.steps = steps;
        this.nanoTime = nanoTime;
    }

    /** The line of this moment. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "step %d/%d  reverse KL %s  reward %s  accuracy %s  tokens/s %s  lag %d  staleness %s",
                history.step(),
                steps,
                number(Metrics.REVERSE_KL, "%.4f"),
                number(Metrics.REWARD, "%.4f"),
                history.newest()
                        .map(newest -> ResultTable.share(newest.metrics().get(Metrics.ACCURACY_GREEDY)))
                        .orElse("-"),
                tokensPerSecond(),
                history.inFlight(),
                number(Metrics.STALENESS, "%.2f"));
    }

    private String number(String metric, String format) {
        return history.metric(metric)
                .map(value -> String.format(Locale.ROOT, format, value))
                .orElse("-");
    }

    private String tokensPerSecond() {
        Reading now = new Reading(nanoTime.getAsLong(), history.trainedTokens());
        readings.addLast(now);
        while (readings.size() > 2 && now.nanos() - readings.getFirst().nanos() > WINDOW_NANOS) {
            readings.removeFirst();
        }
        Reading first = readings.getFirst();
        if (now.nanos() == first.nanos()) {
            return "-";
        }
        return ResultTable.count(Math.round((now.tokens() - first.tokens()) / ((now.nanos() - first.nanos()) / 1e9)));
    }
}
