// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of what can be asked of settings. */
@Command(
        name = "config",
        header = "The settings of a run file.",
        synopsisSubcommandLabel = "ACTION",
        subcommands = {ConfigExplainCommand.class})
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected explain, found none");
    }
}
