// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table with which a run ends. */
public final class ResultTable {

    private ResultTable() {}

    /** The table's lines. */
    public static List<String> lines(Summary summary) {
        List<String> lines = new ArrayList<>();
        lines.add(row("", "before", "after"));
        lines.add(row("accuracy, greedy", share(summary.accuracyBefore()), share(summary.accuracyAfter())));
        lines.add(row(
                "accuracy, sampled", share(summary.sampledAccuracyBefore()), share(summary.sampledAccuracyAfter())));
        lines.add(row("reverse KL, nats/token", nats(summary.reverseKlBefore()), nats(summary.reverseKlAfter())));
        lines.add("");
        lines.add("on %,d held-out prompts, after %,d steps".formatted(summary.heldOutPrompts(), summary.steps()));
        lines.add("trained %s records (%s tokens), dropped %s, in %s"
                .formatted(
                        count(summary.trainedRecords()),
                        count(summary.trainedTokens()),
                        count(summary.droppedRecords()),
                        duration(summary.wallSeconds())));
        return lines;
    }

    /** A share as a percentage; a dash when there is none. */
    static String share(@Nullable Double share) {
        return share == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String nats(@Nullable Double nats) {
        return nats == null ? "-" : String.format(Locale.ROOT, "%.4f", nats);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
    }

    private static String row(String name, String before, String after) {
        return String.format(Locale.ROOT, "%-24s %10s %10s", name, before, after);
    }
}
