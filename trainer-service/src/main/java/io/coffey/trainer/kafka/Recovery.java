// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.trainer.Batch;
import io.coffey.trainer.Checkpoint;
import io.coffey.trainer.Environment;
import io.coffey.trainer.Intake;
import io.coffey.trainer.LedgerState;
import io.coffey.trainer.SettingsHash;
import io.coffey.trainer.StepResult;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a student to where its ledger ends: the newest good checkpoint, then the ledger's steps trained again from the
 * log, each held to the digest that the ledger names. The same for a crash, a stop and a trainer that moved.
 */
final class Recovery {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration READ_LIMIT = Duration.ofMinutes(5);

    private final TrainerJob job;
    private final LedgerState state;
    private final List<TrainingStep> toReplay = new ArrayList<>();
    private final Optional<Checkpoint> checkpoint;
    private Map<String, String> environment = Map.of();

    /**
     * Reads the ledger up to the checkpoint into the state, and notes the lines after it.
     *
     * @param checkpoints gives the newest checkpoint at or before a step
     * @param lines the ledger from its beginning
     */
    Recovery(TrainerJob job, LongFunction<Optional<Checkpoint>> checkpoints, List<TrainingStep> lines) {
        this.job = job;
        this.state = job.readsAnother()
                ? LedgerState.ofReader()
                : new LedgerState(job.pace().samplesPerPrompt());
        long last = lines.size() - 1L;
        this.checkpoint = lines.isEmpty() ? Optional.empty() : checkpoints.apply(last);
        long start = checkpoint.map(Checkpoint::step).orElse(0L);
        if (!lines.isEmpty()) {
            refuseOtherSettings(lines.get(0));
        }
        for (TrainingStep line : lines) {
            if (line.step() <= start) {
                noteEnvironment(line);
                state.apply(line);
            } else {
                toReplay.add(line);
            }
        }
    }

    LedgerState state() {
        return state;
    }

    /** Where the student stands before the replay: the checkpoint, or the beginning. */
    void restore(Student student) {
        checkpoint.ifPresent(found -> student.restore(found.weights(), found.optimizerState()));
        TrainingStep last = state.last();
        if (last != null) {
            requireDigest(last, student.digest());
        }
    }

    /** Trains the ledger's remaining steps again; returns early when told to stop. */
    void replay(
            ScoredLog scoredLog, Intake intake, Student student, TrainerProgress progress, BooleanSupplier stopping) {
        if (!toReplay.isEmpty()) {
            log.atInfo()
                    .addKeyValue("from", toReplay.get(0).step())
                    .addKeyValue("to", toReplay.get(toReplay.size() - 1).step())
                    .log("training the ledger's steps again from the log");
            scoredLog.requireKept(toReplay);
        }
        for (TrainingStep line : toReplay) {
            Batch batch = read(scoredLog, intake, line, stopping);
            if (stopping.getAsBoolean()) {
                return;
            }
            StepResult result = student.train(batch.trajectories(), line.step(), state.controllers());
            noteEnvironment(line);
            requireDigest(line, student.digest());
            requireControllers(line, result.controllers());
            intake.take(batch);
            scoredLog.deadLettersOf(batch);
            state.apply(line);
            progress.replayed();
            progress.committed(line);
        }
    }

    private static Batch read(ScoredLog scoredLog, Intake intake, TrainingStep line, BooleanSupplier stopping) {
        long deadline = System.nanoTime() + READ_LIMIT.toNanos();
        Optional<Batch> batch = intake.recall(line);
        while (batch.isEmpty() && !stopping.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new UserException(
                        ExitCode.DATA,
                        ("step %d of the ledger names scored records that could not be read within %d minutes; is the"
                                        + " scored topic the one the run wrote?")
                                .formatted(line.step(), READ_LIMIT.toMinutes()));
            }
            try {
                scoredLog.poll(POLL, intake);
            } catch (UserException e) {
                throw new UserException(e.exitCode(), "step %d: %s".formatted(line.step(), e.getMessage()), e);
            }
            batch = intake.recall(line);
        }
        return batch.orElse(new Batch(List.of(), List.of()));
    }

    private void requireDigest(TrainingStep line, String found) {
        if (line.digestAfter().equals(found)) {
            return;
        }
        List<String> differences = Environment.differences(environment, Environment.current());
        throw new UserException(
                ExitCode.DATA,
                "step %d: the ledger says the weights are %.16s..., training it again gives %.16s...: %s"
                        .formatted(
                                line.step(),
                                line.digestAfter(),
                                found,
                                differences.isEmpty()
                                        ? "versions, instruction set and threads are the same, so the initial student or the code is another"
                                        : String.join("; ", differences)));
    }

    private static void requireControllers(TrainingStep line, Map<String, Double> found) {
        if (!line.controllers().equals(found)) {
            throw new UserException(
                    ExitCode.DATA,
                    "step %d: the ledger says the controllers are at %s, training it again gives %s: the code is another"
                            .formatted(line.step(), new TreeMap<>(line.controllers()), new TreeMap<>(found)));
        }
    }

    private void noteEnvironment(TrainingStep line) {
        if (!line.environment().isEmpty()) {
            environment = line.environment();
        }
    }

    /** A run goes on only as what it began as. */
    private void refuseOtherSettings(TrainingStep opening) {
        Map<String, String> now = job.decisiveSettings();
        if (opening.settingsHash().equals(SettingsHash.of(now))) {
            return;
        }
        List<String> differences = Environment.differences(opening.settings(), now);
        throw new UserException(
                ExitCode.DATA,
                "run %s began with other settings: %s; put them back, start a run of another name, or train what this one recorded with coffey replay --fork NAME"
                        .formatted(job.runId(), String.join("; ", differences)));
    }
}
