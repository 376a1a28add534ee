// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import java.io.PrintWriter;
import java.util.Map;

/**
 * Where a command speaks while it works: on a terminal one line that is rewritten in place, elsewhere plain lines at a
 * gentler pace. Thread-safe.
 */
public final class Console {

    private static final String REWRITE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private boolean open;

    /**
     * A console.
     *
     * @param terminal whether {@code out} is a terminal that understands ANSI sequences
     */
    public Console(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Whether standard output is a terminal whose lines may be rewritten.
     *
     * @param environment environment of the process; NO_COLOR and TERM=dumb forbid it
     */
    public static boolean isTerminal(Map<String, String> environment) {
        return System.console() != null
                && !environment.containsKey("NO_COLOR")
                && !"dumb".equals(environment.get("TERM"));
    }

    public boolean terminal() {
        return terminal;
    }

    /** Says something that stays. */
    public synchronized void say(String line) {
        out.println((open ? REWRITE : "") + line);
        open = false;
        out.flush();
    }

    /** Shows where things stand; replaced by what comes next on a terminal, a line like any other elsewhere. */
    public synchronized void show(String line) {
        if (!terminal) {
            say(line);
            return;
        }
        out.print(REWRITE + line);
        open = true;
        out.flush();
    }
}
