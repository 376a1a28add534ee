// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.cli.run.Fork;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.TrainedStudent;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.SettingsLoader;
import io.coffey.torch.Device;
import io.coffey.torch.Torch;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.TrainerSettings;
import io.coffey.trainer.kafka.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A run again, from its log. */
@Command(
        name = "replay",
        header = "Train a run again from its ledger and log alone, and hold every step to its digest.",
        description = {
            "Begins with the initial student and trains exactly the records that the ledger names, in its order; needs no"
                    + " teacher, no rollouts and no checkpoint, and writes nothing to the run.",
            "Stops at the first step whose weights are not what the ledger says, and says what differs: a record that was"
                    + " changed, with partition and offset, or versions, instruction set and threads.",
            "With --fork the same records in the same batches train a run of another name, under whatever objective,"
                    + " learning rate or other settings of the trainer --set says. It has a ledger of its own, which names its"
                    + " parent, and can be replayed, too."
        },
        sortOptions = false)
final class ReplayCommand implements Callable<Integer> {

    private static final long REFRESH_STEPS = 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--to", paramLabel = "STEP", description = "Last step to train (default: the ledger's last).")
    private long to = Long.MAX_VALUE;

    @Option(names = "--out", paramLabel = "DIR", description = "Also save the student, as a Hugging Face directory.")
    private @Nullable Path out;

    @Option(
            names = "--fork",
            paramLabel = "NAME",
            description = "Train a new run of that name from the run's records and batches.")
    private @Nullable String fork;

    @Override
    public Integer call() throws Exception {
        if (fork != null) {
            Console console = Console.of(spec.commandLine().getOut(), System.getenv());
            Fork forked = new Fork(options.file(), options.overrides(), System.getenv(), fork, to, console);
            return CleanStop.during(() -> forked.train(out), forked::requestStop);
        }
        return replay();
    }

    private int replay() throws IOException {
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
            TrainerProgress progress = new TrainerProgress(step -> show(console, step));
            Replay.Result result =
                    new Replay(job, log.clients(), log.topics(), log.codecs()).run(to, progress, () -> false);
            if (out != null) {
                TrainedStudent.save(job, result.learned(), out);
            }
            console.say("%,d of %,d steps trained again, every digest as the ledger says: %s"
                    .formatted(result.step(), result.ledgerEnd(), result.digest()));
        }
        return 0;
    }

    private static void show(Console console, TrainingStep step) {
        if (step.step() % REFRESH_STEPS == 0) {
            console.show("step %,d trained again".formatted(step.step()));
        }
    }
}
