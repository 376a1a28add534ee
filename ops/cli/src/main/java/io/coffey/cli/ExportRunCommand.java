// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.bundle.RunExport;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.distillation.objective.Objectives;
import io.coffey.service.LoadedSettings;
import io.coffey.service.SettingsLoader;
import io.coffey.torch.Device;
import io.coffey.torch.Torch;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A run as files. */
@Command(
        name = "export-run",
        header = "Write a run into a folder with which it can be trained again anywhere.",
        description = {
            "The folder holds the ledger, the scored records that it names, prompts and schemas as Avro container files,"
                    + " the student with which the run began, its settings, and a manifest with the SHA-256 of every file.",
            "Reads the run's topics only; the run's own broker is started for the moment when it is not running. Every"
                    + " record is held to the ledger's checksum. coffey import-run puts the run into a log again."
        },
        sortOptions = false)
final class ExportRunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--out",
            paramLabel = "BUNDLE",
            required = true,
            description = "The folder to make; it appears whole or not at all.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Override
    public Integer call() throws IOException {
        LoadedSettings<LocalRunSettings> loaded = SettingsLoader.of(LocalRunSettings.class)
                .section("objective", Objectives::problems)
                .load(options.file(), options.overrides(), System.getenv());
        TrainerSettings settings = SettingsLoader.of(TrainerSettings.class)
                .section("objective", Objectives::problems)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        TrainerJob job = TrainerJob.of(settings);
        Torch.start(
                settings.trainer().threads(), Device.named(settings.student().device()));
        try (RunConnection connection = RunConnection.open(
                settings.run(), settings.kafka(), settings.trainer().reads())) {
            RunLog log = RunLog.of(settings.run().name(), connection.clients());
            new RunExport(log, job, loaded, Version.coffey(), console).write(out);
        }
        return 0;
    }
}
