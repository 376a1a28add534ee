// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.bundle.RunImport;
import io.coffey.cli.report.Console;
import io.coffey.service.SettingsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A run from files. */
@Command(
        name = "import-run",
        header = "Put a run that coffey export-run wrote into a log again, for coffey replay.",
        description = {
            "Checks every file of the bundle, then writes its records to a broker, each at the offset that it had: to a"
                    + " broker of the run's own in runs/NAME, or with --set kafka.bootstrapServers=HOST:PORT to one that has"
                    + " no run of that name.",
            "The run keeps its name, which every record says; --set run.directory=DIR says where it goes."
        },
        sortOptions = false)
final class ImportRunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "BUNDLE", description = "The folder that coffey export-run made.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path bundle;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over the run's settings, as in run.directory=DIR. Repeatable.")
    private final List<String> overrides = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        Path runFile = RunImport.of(bundle, SettingsLoader.overrides(overrides), System.getenv(), console)
                .restore();
        console.say("train it again with: coffey replay " + runFile);
        return 0;
    }
}
