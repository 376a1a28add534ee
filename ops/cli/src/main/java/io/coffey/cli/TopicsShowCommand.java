// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.stream.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The topics of a run, beside the broker's. */
@Command(
        name = "show",
        header = "Show the topics of a run as they should be, and how the broker's differ.",
        description = "Changes nothing.",
        sortOptions = false)
final class TopicsShowCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Override
    public void run() {
        TopicTable.of(options)
                .print(spec.commandLine().getOut(), (admin, specs) -> TopicProvisioner.differences(admin, specs));
    }
}
