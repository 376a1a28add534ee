// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of what can be done with objectives. */
@Command(
        name = "objectives",
        header = "What a student can be trained to do.",
        synopsisSubcommandLabel = "ACTION",
        subcommands = {ObjectivesListCommand.class, ObjectivesExportCommand.class})
final class ObjectivesCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected list or export, found none");
    }
}
