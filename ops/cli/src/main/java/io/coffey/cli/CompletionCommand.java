// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The script that makes a shell complete this command. */
@Command(
        name = "completion",
        header = "A script with which bash and zsh complete commands, options and their values.",
        description =
                "To use it now: source <(./coffey completion). To keep it: write it to a file that your shell reads.")
final class CompletionCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        out.flush();
    }
}
