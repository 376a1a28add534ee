// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.broker.BrokerException;
import io.coffey.cli.evaluation.EvaluationService;
import io.coffey.cli.report.Console;
import io.coffey.cli.report.ProgressLine;
import io.coffey.cli.report.RunHistory;
import io.coffey.service.ExitCode;
import io.coffey.service.Outcome;
import io.coffey.service.Service;
import io.coffey.service.ServiceRunner;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the services of a run going together: they start together, and when one fails none is left behind. */
final class Supervision {

    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Nobody reads faster; a fetch of every single step would cost a quick run a few per cent. */
    private static final long PACE = Duration.ofMillis(100).toMillis();

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    /** There is nothing left that they could commit. */
    private static final Duration STOP_LIMIT_WITHOUT_BROKER = Duration.ofSeconds(3);

    private static final long PLAIN_LINE_NANOS = Duration.ofSeconds(5).toNanos();

    private final LedgerWatch watch;
    private final RunHistory history;
    private final ProgressLine progress;
    private final Console console;
    private final Optional<EvaluationService> evaluator;
    private final Runner trainer;
    private final List<Runner> workers = new ArrayList<>();
    private final List<Runner> all = new ArrayList<>();
    private long shownAt = System.nanoTime() - PLAIN_LINE_NANOS;
    private long shownStep = -1;

    /** A service with its name, for messages. */
    private record Runner(String name, ServiceRunner thread) {

        static Runner of(Service service) {
            return new Runner(service.name(), new ServiceRunner(service, outcome -> log(service.name(), outcome)));
        }

        private static void log(String name, Outcome outcome) {
            if (outcome.bug().isPresent()) {
                LOG.error(name + ": " + outcome.message(), outcome.bug().get());
            }
        }

        Optional<Outcome> outcome() {
            return Optional.ofNullable(thread.ended().getNow(null));
        }
    }

    Supervision(
            RunServices services,
            LedgerWatch watch,
            RunHistory history,
            Path checkpoints,
            ProgressLine progress,
            Console console) {
        this.watch = watch;
        this.history = history;
        this.progress = progress;
        this.console = console;
        this.trainer = Runner.of(services.trainer(checkpoints));
        workers.add(Runner.of(services.scorer()));
        workers.add(Runner.of(services.rollout()));
        this.evaluator = services.evaluator();
        all.add(trainer);
        all.addAll(workers);
        evaluator.ifPresent(service -> all.add(Runner.of(service)));
    }

    /**
     * Runs the services until the trainer has all its steps and the last of them is evaluated.
     *
     * @param check called again and again meanwhile; what it throws ends the run
     * @param stopRequested whether it is asked to stop
     * @return false when it was asked to stop before that
     * @throws UserException with the reason of the service that failed
     */
    boolean run(Runnable check, BooleanSupplier stopRequested) throws IOException, InterruptedException {
        boolean complete;
        Duration patience = STOP_LIMIT;
        all.forEach(runner -> runner.thread().start());
        try {
            complete = watchUntil(() -> trainer.outcome().isPresent(), check, stopRequested);
            if (complete) {
                workers.forEach(runner -> runner.thread().stop());
                evaluator.ifPresent(EvaluationService::finish);
                complete = watchUntil(
                        () -> all.stream().allMatch(runner -> runner.outcome().isPresent()), check, stopRequested);
            }
        } catch (BrokerException gone) {
            patience = STOP_LIMIT_WITHOUT_BROKER;
            throw gone;
        } finally {
            stopAll(patience);
        }
        watch.catchUp();
        return complete;
    }

    /** False when it was asked to stop before the condition held. */
    private boolean watchUntil(BooleanSupplier condition, Runnable check, BooleanSupplier stopRequested)
            throws IOException, InterruptedException {
        while (!condition.getAsBoolean()) {
            failIfOneFailed();
            check.run();
            if (stopRequested.getAsBoolean()) {
                return false;
            }
            watch.poll(POLL);
            show();
            Thread.sleep(PACE);
        }
        failIfOneFailed();
        return true;
    }

    private void failIfOneFailed() {
        for (Runner runner : all) {
            Optional<Outcome> failure = runner.outcome().filter(outcome -> !outcome.ok());
            if (failure.isPresent()) {
                throw failure(runner.name(), failure.get());
            }
        }
    }

    private static UserException failure(String service, Outcome outcome) {
        String message = "the %s stopped the run: %s".formatted(service, outcome.message());
        if (outcome.exitCode() == ExitCode.BUG) {
            message += " (the run's coffey.log has the stack trace)";
        }
        return new UserException(outcome.exitCode(), message);
    }

    /** The trainer first: what it has not committed yet, nobody needs. */
    private void stopAll(Duration patience) throws InterruptedException {
        for (Runner runner : all) {
            runner.thread().stop();
        }
        for (Runner runner : all) {
            if (runner.thread().await(patience).isEmpty()) {
                console.say("warning: the %s did not stop within %d s".formatted(runner.name(), patience.toSeconds()));
            }
        }
    }

    private void show() {
        long now = System.nanoTime();
        boolean due = history.step() / 10 != shownStep / 10 || now - shownAt >= PLAIN_LINE_NANOS;
        if (console.terminal() || (due && history.step() != shownStep)) {
            console.show(progress.text());
            shownAt = now;
            shownStep = history.step();
        }
    }
}
