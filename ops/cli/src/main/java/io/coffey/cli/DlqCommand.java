// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The dead letters of a run. */
@Command(
        name = "dlq",
        header = "The dead letters of a run: records that nobody could use, each with its cause.",
        description = "The run's own broker is started for the moment when it is not running.",
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqRedriveCommand.class, DlqDropCommand.class},
        sortOptions = false)
final class DlqCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected list, show, redrive or drop, found none");
    }
}
