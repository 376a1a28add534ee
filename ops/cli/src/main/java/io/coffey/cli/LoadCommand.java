// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunInputs;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.torch.Torch;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The log of a run before its services start. */
@Command(
        name = "load",
        header = "Make a run's log ready on a broker: topics, schemas, prompts.",
        description = {
            "What is there already stays as it is. For preference pairs the student is warmed up on the teacher's responses,"
                    + " too, into the run's folder. Afterwards start the services with coffey start and the same run file,"
                    + " in any order and on any machine.",
            "coffey run does all of it by itself."
        },
        sortOptions = false)
final class LoadCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Override
    public Integer call() throws IOException {
        LocalRunSettings settings = RunSettingsReader.read(options.file(), options.overrides(), System.getenv())
                .values();
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        RunInputs opened = RunInputs.open(settings);
        Torch.start(settings.trainer().threads(), RunInputs.device(settings));
        RunInputs inputs = opened.complete(settings, console);
        try (RunConnection connection = RunConnection.open(
                settings.run(), settings.kafka(), settings.trainer().reads())) {
            RunLog.of(settings.run().name(), connection.clients()).prepare(settings.topics(), inputs, console);
        }
        return 0;
    }
}
