// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.stream.TopicProvisioner;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Creates the topics of a run. */
@Command(
        name = "apply",
        header = "Create the topics of a run that are missing.",
        description = {
            "Topics that exist are never changed: what differs is said, for a person to decide. Services create none: they"
                    + " check that theirs are there."
        },
        sortOptions = false)
final class TopicsApplyCommand implements Runnable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Override
    public void run() {
        TopicTable.of(options)
                .print(spec.commandLine().getOut(), (admin, specs) -> TopicProvisioner.apply(admin, specs, LIMIT));
    }
}
