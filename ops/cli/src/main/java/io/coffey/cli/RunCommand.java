// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RecordSettings;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.console.RunConsole;
import io.coffey.service.LoadedSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A run in one process. */
@Command(
        name = "run",
        header = "Distil a student: broker, rollouts, scorer and trainer in one process.",
        description = {
            "Shows where it stands while it works and ends with a table. All it writes is in runs/NAME: metrics.jsonl,"
                    + " summary.json, curve.svg, config.yaml, coffey.log, the student as a Hugging Face directory, and"
                    + " the broker with the whole log of the run.",
            "Ctrl-C stops it cleanly. Running it again goes on where the log ends, however it was stopped."
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--console", description = "Serve a page that shows the run while it works, to this machine alone.")
    private boolean console;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = ConsoleCommand.PORT,
            description = "With --console: where; 0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        LoadedSettings<LocalRunSettings> settings =
                RunSettingsReader.read(options.file(), options.overrides(), System.getenv());
        Console out = Console.of(spec.commandLine().getOut(), System.getenv());
        LocalRun run = new LocalRun(settings, out);
        if (console) {
            ConsoleCommand.requirePort(port);
            RecordSettings records = RecordSettings.of(options.file(), options.overrides());
            run.show(log -> {
                RunConsole opened = ConsoleCommand.open(records, options, log, ConsoleCommand.THIS_MACHINE, port);
                out.say("console " + opened.address());
                return opened::close;
            });
        }
        return CleanStop.during(run::run, run::requestStop);
    }
}
