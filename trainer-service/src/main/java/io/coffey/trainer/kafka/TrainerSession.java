// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.trainer.Batch;
import io.coffey.trainer.BatchSource;
import io.coffey.trainer.Checkpoint;
import io.coffey.trainer.CheckpointStore;
import io.coffey.trainer.Dispatcher;
import io.coffey.trainer.Environment;
import io.coffey.trainer.Intake;
import io.coffey.trainer.LedgerState;
import io.coffey.trainer.Repetition;
import io.coffey.trainer.SettingsHash;
import io.coffey.trainer.StepResult;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer from one recovery to the next: once the student stands where the ledger ends, waits for batches, trains
 * them and commits each as a step. Single-threaded.
 */
final class TrainerSession {

    private static final Logger log = LoggerFactory.getLogger(TrainerSession.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final TrainerJob job;
    private final Dispatcher dispatcher;
    private final StepWriter writer;
    private final ScoredLog scoredLog;
    private final CheckpointStore checkpoints;
    private final Student student;
    private final LedgerState state;
    private final Intake intake;
    private final BatchSource batches;
    private final TrainerProgress progress;
    private final Runnable committed;
    private int emptySteps;
    private boolean environmentTold;
    private int nonFiniteSteps;

    TrainerSession(
            TrainerJob job,
            Dispatcher dispatcher,
            StepWriter writer,
            ScoredLog scoredLog,
            CheckpointStore checkpoints,
            Student student,
            LedgerState state,
            Intake intake,
            BatchSource batches,
            TrainerProgress progress,
            Runnable committed) {
        this.job = job;
        this.dispatcher = dispatcher;
        this.writer = writer;
        this.scoredLog = scoredLog;
        this.checkpoints = checkpoints;
        this.student = student;
        this.state = state;
        this.intake = intake;
        this.batches = batches;
        this.progress = progress;
        this.committed = committed;
    }

    /** Trains until the run has all its steps, or until told to stop. */
    void run(BooleanSupplier stopping) {
        if (state.last() == null) {
            openRun();
        }
        intake.waiting().forEach(batches::offer);
        long began = System.nanoTime();
        while (!stopping.getAsBoolean() && lastStep() < job.lastStep()) {
            Optional<Batch> batch = batches.next(lastStep() + 1);
            if (batch.isPresent()) {
                perform(batch.get(), seconds(began));
                began = System.nanoTime();
            } else {
                scoredLog.poll(POLL, intake).forEach(batches::offer);
                progress.waitingCredits(batches.waitingCredits());
            }
        }
        if (lastStep() % job.settings().checkpointEvery() != 0) {
            checkpoint();
        }
    }

    private long lastStep() {
        return Objects.requireNonNull(state.last(), "the run is open").step();
    }

    private void openRun() {
        String digest = student.digest();
        Map<String, String> settings = job.decisiveSettings();
        StepResult nothing =
                new StepResult(StepResult.Outcome.EMPTY, Map.of("tokens", 0.0), student.initialControllers());
        TrainingStep line = line(0, new Batch(List.of(), List.of()), digest, digest, 0, nothing, settings);
        commit(line, new Batch(List.of(), List.of()));
        log.atInfo()
                .addKeyValue("runId", job.runId())
                .addKeyValue("digest", digest)
                .log("run opened");
    }

    private void perform(Batch batch, double secondsWaited) {
        long step = lastStep() + 1;
        String before = Objects.requireNonNull(state.last(), "the run is open").digestAfter();
        long began = System.nanoTime();
        StepResult result = student.train(batch.trajectories(), step, state.controllers());
        refuseEndlessFailure(result, step);
        String after = result.outcome() == StepResult.Outcome.UPDATED ? student.digest() : before;
        Map<String, Double> metrics = new TreeMap<>(result.metrics());
        metrics.put("repetitiveShare", repetitiveShare(batch));
        metrics.put("dropped", (double) batch.dropped().size());
        metrics.put("nonFinite", result.outcome() == StepResult.Outcome.NON_FINITE ? 1.0 : 0.0);
        metrics.put("secondsWaiting", secondsWaited);
        metrics.put("secondsTraining", seconds(began));
        intake.take(batch);
        long version = job.pace().publishes(step) ? step : newestVersion();
        StepResult told = new StepResult(result.outcome(), metrics, result.controllers());
        commit(line(step, batch, before, after, version, told, Map.of()), batch);
        if (step % job.settings().checkpointEvery() == 0) {
            checkpoint();
        }
    }

    private double repetitiveShare(Batch batch) {
        Tokenizer tokenizer = job.student().tokenizer();
        return Repetition.share(batch.trajectories().stream()
                .map(scored -> tokenizer.decode(scored.trajectory().tokens()))
                .toList());
    }

    private long newestVersion() {
        TrainingStep last = state.last();
        return last == null ? 0 : last.policyVersionOut();
    }

    private TrainingStep line(
            long step,
            Batch batch,
            String before,
            String after,
            long version,
            StepResult result,
            Map<String, String> settings) {
        return new TrainingStep(
                job.runId(),
                step,
                newestVersion(),
                version,
                batch.trainedRecords(),
                batch.droppedRecords(),
                intake.nextOffsets(),
                job.dispatchedAfter(step),
                job.objective().name(),
                SettingsHash.of(job.decisiveSettings()),
                job.seed(),
                teacherRevisions(batch),
                before,
                after,
                result.metrics(),
                result.controllers(),
                settings,
                environmentTold ? Map.of() : Environment.current());
    }

    private void commit(TrainingStep line, Batch batch) {
        List<RolloutRequest> requests = dispatcher.requests(
                state.requestsDispatched(), line.requestsDispatched(), line.policyVersionOut(), line.controllers());
        StepCommit step = new StepCommit(
                line,
                published(line),
                requests,
                scoredLog.deadLettersOf(batch),
                scoredLog.committable(line.nextOffsets()));
        writer.commit(step, scoredLog.group());
        environmentTold = true;
        state.apply(line);
        progress.committed(line);
        progress.setAside(step.deadLetters().size());
        if (line.step() > 0) {
            progress.performed(line, step.publishedBytes());
        }
        committed.run();
    }

    private StepCommit.@Nullable PublishedWeights published(TrainingStep line) {
        boolean isNew = line.step() == 0 || line.policyVersionOut() > line.policyVersionIn();
        return isNew
                ? new StepCommit.PublishedWeights(line.policyVersionOut(), student.publication(line.policyVersionOut()))
                : null;
    }

    private void checkpoint() {
        checkpoints.write(new Checkpoint(lastStep(), student.learned(), student.optimizerState()));
        progress.checkpointed();
    }

    private void refuseEndlessFailure(StepResult result, long step) {
        emptySteps = result.outcome() == StepResult.Outcome.EMPTY ? emptySteps + 1 : 0;
        nonFiniteSteps = result.outcome() == StepResult.Outcome.NON_FINITE ? nonFiniteSteps + 1 : 0;
        if (emptySteps > job.settings().maxEmptySteps()) {
            throw new UserException(
                    ExitCode.DATA,
                    ("step %d: nothing to train in %d batches in a row, every trajectory failed or expired; the scored records"
                                    + " and the dead-letter topics name the causes")
                            .formatted(step, emptySteps));
        }
        if (nonFiniteSteps > job.settings().maxNonFiniteSteps()) {
            throw new UserException(
                    ExitCode.DIVERGED,
                    ("step %d: the gradient was not finite in %d steps in a row; the weights are those of the last good step;"
                                    + " lower trainer.learningRate or trainer.maxGradientNorm in a new run")
                            .formatted(step, nonFiniteSteps));
        }
    }

    private static Map<String, String> teacherRevisions(Batch batch) {
        Map<String, String> revisions = new HashMap<>();
        for (ScoredTrajectory scored : batch.trajectories()) {
            for (TeacherScores scores : scored.scores()) {
                revisions.put(scores.teacherId(), scores.revision());
            }
        }
        return revisions;
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
