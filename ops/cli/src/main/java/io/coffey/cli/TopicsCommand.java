// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The topics of a run. */
@Command(
        name = "topics",
        header = "The topics of a run as they should be, and how the broker's differ.",
        subcommands = {TopicsShowCommand.class, TopicsApplyCommand.class},
        sortOptions = false)
final class TopicsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected show or apply, found none");
    }
}
