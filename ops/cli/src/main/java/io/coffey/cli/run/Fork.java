// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.Logging;
import io.coffey.cli.report.Console;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.LoadedSettings;
import io.coffey.service.RunSection;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.torch.Device;
import io.coffey.torch.Torch;
import io.coffey.trainer.Checkpoint;
import io.coffey.trainer.CheckpointStore;
import io.coffey.trainer.StudentFiles;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.TrainerSettings;
import io.coffey.trainer.kafka.ParentRun;
import io.coffey.trainer.kafka.TrainerService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run that trains what another one recorded, batch by batch, under settings of its own: another answer to the
 * question what those records teach. It ends when it has taken the parent's steps, or is asked to stop; running the
 * same command again goes on.
 */
public final class Fork {

    private static final long REFRESH_STEPS = 10;

    private final Path file;
    private final Map<String, String> overrides;
    private final Map<String, String> environment;
    private final String name;
    private final long to;
    private final Console console;
    private volatile boolean stopRequested;
    private volatile @Nullable TrainerService service;

    /**
     * @param file run file of the parent
     * @param overrides what is different in the fork
     * @param environment environment of the process
     * @param name of the fork
     * @param to last step to take; the parent's last where that is less
     */
    public Fork(
            Path file,
            Map<String, String> overrides,
            Map<String, String> environment,
            String name,
            long to,
            Console console) {
        this.file = file;
        this.overrides = overrides;
        this.environment = environment;
        this.name = name;
        this.to = to;
        this.console = console;
    }

    /** Asks it to commit what it is at and to end; from any thread. */
    public void requestStop() {
        stopRequested = true;
        TrainerService running = service;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Trains to the end.
     *
     * @param out where to save the student, too; null for nowhere
     * @throws UserException if the recorded data cannot serve the settings
     */
    public void train(@Nullable Path out) throws IOException, InterruptedException {
        TrainerSettings parent = trainerSettings(overrides);
        try (RunConnection connection = RunConnection.open(
                parent.run(), parent.kafka(), parent.trainer().reads())) {
            RunLog log = RunLog.of(parent.run().name(), connection.clients());
            log.clients().requireTopics(List.of(log.topics().trainingSteps()), RunLog.TOPICS_LIMIT);
            Map<String, String> all = new LinkedHashMap<>(overrides);
            all.putAll(ParentRun.read(log.clients(), parent.run().name(), log.codecs())
                    .settings(name, to));
            TrainerSettings settings = trainerSettings(all);
            RunDirectory directory = RunDirectory.of(settings.run());
            RunDirectory.Claim claim = directory.claim();
            try {
                train(log, parent.run(), settings, all, directory, out);
            } finally {
                claim.close();
            }
        }
    }

    private void train(
            RunLog parent,
            RunSection parentRun,
            TrainerSettings settings,
            Map<String, String> all,
            RunDirectory directory,
            @Nullable Path out)
            throws IOException, InterruptedException {
        copyWarmUp(RunDirectory.of(parentRun).warmedUp(), directory.warmedUp());
        TrainerJob job = TrainerJob.of(settings);
        LoadedSettings<LocalRunSettings> loaded = runSettings(all);
        Logging.toFile(directory.log());
        Torch.start(
                settings.trainer().threads(), Device.named(settings.student().device()));
        RunLog log = RunLog.of(job.runId(), parent.clients());
        log.prepareFork(loaded.values().topics(), parent, console);
        if (!Files.exists(directory.config())) {
            Files.writeString(directory.config(), ResolvedConfig.yaml(loaded));
        }
        TrainerProgress progress = new TrainerProgress(step -> show(step, job.lastStep()));
        TrainerService trainer = new TrainerService(job, log.clients(), log.topics(), log.codecs(), progress);
        service = trainer;
        if (!stopRequested) {
            trainer.run();
        }
        conclude(job, progress.lastStep(), directory, out);
    }

    private void conclude(TrainerJob job, @Nullable TrainingStep last, RunDirectory directory, @Nullable Path out) {
        long step = last == null ? 0 : last.step();
        if (step < job.lastStep()) {
            console.say("stopped after step %,d of %,d; run the same command again to go on"
                    .formatted(step, job.lastStep()));
            return;
        }
        if (out != null) {
            TrainedStudent.save(job, learned(job, step), out);
        }
        console.say(
                "run %s has the %,d steps of run %s under its own settings: %s; train it again with coffey replay %s"
                        .formatted(
                                job.runId(),
                                step,
                                job.parent().orElseThrow(),
                                Objects.requireNonNull(last).digestAfter(),
                                directory.config()));
    }

    /** The trainer leaves a checkpoint of its last step. */
    private static byte[] learned(TrainerJob job, long step) {
        return new CheckpointStore(
                        job.checkpoints(),
                        StudentFiles.of(job),
                        job.runId(),
                        job.settings().keepCheckpoints())
                .newestAtOrBefore(step)
                .filter(checkpoint -> checkpoint.step() == step)
                .map(Checkpoint::weights)
                .orElseThrow(() -> new UserException(
                        ExitCode.DATA,
                        "%s: there is no checkpoint of step %d: coffey replay --out makes the student again"
                                .formatted(job.checkpoints(), step)));
    }

    /** A preference run starts to train where its parent did. */
    private static void copyWarmUp(Path source, Path target) throws IOException {
        if (!Files.isDirectory(source) || Files.isDirectory(target)) {
            return;
        }
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path each : files.toList()) {
                Files.copy(each, target.resolve(String.valueOf(each.getFileName())));
            }
        }
    }

    private void show(TrainingStep step, long of) {
        if (step.step() % REFRESH_STEPS == 0) {
            console.show("step %,d of %,d".formatted(step.step(), of));
        }
    }

    private TrainerSettings trainerSettings(Map<String, String> values) {
        return SettingsLoader.of(TrainerSettings.class)
                .section("objective", Objectives::problems)
                .load(file, values, environment)
                .values();
    }

    private LoadedSettings<LocalRunSettings> runSettings(Map<String, String> values) {
        return SettingsLoader.of(LocalRunSettings.class)
                .section("objective", Objectives::problems)
                .load(file, values, environment);
    }
}
