// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What the command answered.
 *
 * @param exitCode its exit code
 * @param out standard output
 * @param err standard error
 */
record Answer(int exitCode, String out, String err) {

    /** Executes the command in this process. */
    static Answer to(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Coffey.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = line.execute(arguments);
        return new Answer(exitCode, out.toString(), err.toString());
    }
}
