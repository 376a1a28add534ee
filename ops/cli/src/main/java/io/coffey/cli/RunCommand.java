// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.RunSettingsReader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Override
    public Integer call() throws Exception {
        LocalRun run = new LocalRun(
                RunSettingsReader.read(options.file(), options.overrides(), System.getenv()),
                Console.of(spec.commandLine().getOut(), System.getenv()));
        return CleanStop.during(run::run, run::requestStop);
    }
}
