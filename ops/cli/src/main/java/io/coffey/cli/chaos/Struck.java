// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import java.util.Locale;

/**
 * A fault that struck.
 *
 * @param number its place in the schedule, from 1
 * @param fault what it was
 * @param second seconds since the run began
 * @param step last committed step when it struck
 * @param recovery seconds until the next step was committed; infinite where none came in time
 * @param note what else there is to say
 */
public record Struck(int number, Fault fault, double second, long step, double recovery, String note) {

    /** The head of the table. */
    public static String head() {
        return String.format(
                Locale.ROOT, "%4s %9s  %-8s %-11s %7s %12s", "", "at", "target", "fault", "step", "next step");
    }

    /** A row of the table. */
    public String row() {
        return String.format(
                Locale.ROOT,
                "%4d %7.1f s  %-8s %-11s %7d %9.1f s%s",
                number,
                second,
                fault.target(),
                fault.kind().name().toLowerCase(Locale.ROOT),
                step,
                recovery,
                note.isEmpty() ? "" : "   " + note);
    }
}
