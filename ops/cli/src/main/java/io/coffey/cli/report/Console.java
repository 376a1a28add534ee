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

    /** Set by the launcher where standard output is a terminal: its width. */
    private static final String COLUMNS = "coffey.columns";

    private final PrintWriter out;
    private final int columns;
    private boolean open;

    /**
     * A console.
     *
     * @param columns width of the terminal; 0 where {@code out} is none
     */
    public Console(PrintWriter out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    /**
     * The console of this process.
     *
     * @param environment environment of the process; NO_COLOR and TERM=dumb ask for plain lines
     */
    public static Console of(PrintWriter out, Map<String, String> environment) {
        boolean plain = environment.containsKey("NO_COLOR") || "dumb".equals(environment.get("TERM"));
        return new Console(out, plain ? 0 : Integer.getInteger(COLUMNS, 0));
    }

    /** Whether lines can be rewritten. */
    public boolean terminal() {
        return columns > 0;
    }

    /** Says something that stays. */
    public synchronized void say(String line) {
        out.println((open ? REWRITE : "") + line);
        open = false;
        out.flush();
    }

    /** Shows where things stand; replaced by what comes next on a terminal, a line like any other elsewhere. */
    public synchronized void show(String line) {
        if (!terminal()) {
            say(line);
            return;
        }
        out.print(REWRITE + line.substring(0, Math.min(line.length(), columns - 1)));
        open = true;
        out.flush();
    }
}
