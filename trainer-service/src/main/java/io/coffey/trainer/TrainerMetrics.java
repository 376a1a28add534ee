// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer tells of itself while it works; docs/watching.md has the names as Prometheus sees them. Curves are
 * those of the last committed step, counters begin with the process.
 */
public final class TrainerMetrics {

    private static final String ROLE = "role";
    private static final String TRAINER = "trainer";

    /**
     * A metric of the ledger that is told live.
     *
     * @param ledger its name in the ledger
     * @param name its name here
     * @param unit appended to the name
     */
    private record Curve(
            String ledger, String name, @Nullable String unit) {}

    private static final List<Curve> CURVES = List.of(
            new Curve("loss", "coffey.loss", null),
            new Curve("reverseKl", "coffey.reverse.kl", "nats"),
            new Curve("logRatio", "coffey.log.ratio", "nats"),
            new Curve("studentEntropy", "coffey.student.entropy", "nats"),
            new Curve("teacherEntropy", "coffey.teacher.entropy", "nats"),
            new Curve("completionLength", "coffey.completion.length", "tokens"),
            new Curve("truncatedShare", "coffey.truncated.share", null),
            new Curve("repetitiveShare", "coffey.repetitive.share", null),
            new Curve("staleness", "coffey.staleness", "steps"),
            new Curve("maxStaleness", "coffey.max.staleness", "steps"),
            new Curve("gradientNorm", "coffey.gradient.norm", null),
            new Curve("learningRate", "coffey.learning.rate", null));

    private TrainerMetrics() {}

    /** Registers the metrics of a trainer. */
    public static void register(TrainerProgress progress, Pace pace, MeterRegistry registry) {
        for (Curve curve : CURVES) {
            Gauge.builder(curve.name(), progress, done -> done.metric(curve.ledger()))
                    .description("Of the last step: " + curve.ledger() + " of docs/metrics.md")
                    .baseUnit(curve.unit())
                    .register(registry);
        }
        standing(progress, pace, registry);
        counters(progress, registry);
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("coffey.dropped.trajectories", progress, done -> done.dropped(reason))
                    .description("Trajectories taken without being trained")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static void standing(TrainerProgress progress, Pace pace, MeterRegistry registry) {
        Gauge.builder("coffey.training.step", progress, done -> ofLast(done, TrainingStep::step))
                .description("Last committed optimiser step; -1 before the run is open")
                .register(registry);
        Gauge.builder("coffey.policy.version", progress, done -> ofLast(done, TrainingStep::policyVersionOut))
                .description("Policy version served, or published last; -1 before the first")
                .tag(ROLE, TRAINER)
                .register(registry);
        Gauge.builder("coffey.waiting.trajectories", progress, TrainerProgress::waitingTrajectories)
                .description("Scored trajectories that wait for their batch")
                .register(registry);
        Gauge.builder("coffey.checkpoint.age", progress, TrainerProgress::checkpointAge)
                .description("Since this process wrote a checkpoint, or began")
                .baseUnit("seconds")
                .register(registry);
        if (!pace.order().ofTheBeginning()) {
            Gauge.builder("coffey.staleness.limit", pace, Pace::maxStaleness)
                    .description("Most steps that a trained token's weights may lag behind")
                    .baseUnit("steps")
                    .strongReference(true)
                    .register(registry);
        }
    }

    private static void counters(TrainerProgress progress, MeterRegistry registry) {
        counter("coffey.steps", "Optimiser steps committed", null, progress, TrainerProgress::steps, registry);
        counter(
                "coffey.nonfinite.steps",
                "Steps whose gradient was not finite, so that nothing moved",
                null,
                progress,
                TrainerProgress::nonFiniteSteps,
                registry);
        counter(
                "coffey.replayed.steps",
                "Steps trained again from the log",
                null,
                progress,
                TrainerProgress::replayedSteps,
                registry);
        counter(
                "coffey.waiting",
                "Waiting for batches",
                "seconds",
                progress,
                TrainerProgress::secondsWaiting,
                registry);
        counter("coffey.training", "Training batches", "seconds", progress, TrainerProgress::secondsTraining, registry);
        counter(
                "coffey.published.weights",
                "Weights published",
                "bytes",
                progress,
                TrainerProgress::publishedBytes,
                registry);
        ofRole("coffey.tokens", "Tokens sampled, scored or trained", progress, TrainerProgress::tokens, registry);
        ofRole(
                "coffey.trajectories",
                "Trajectories sampled, scored or trained, failed ones included where there are",
                progress,
                TrainerProgress::trajectories,
                registry);
        ofRole("coffey.dead.letters", "Records set aside", progress, TrainerProgress::deadLetters, registry);
    }

    private static void counter(
            String name,
            String description,
            @Nullable String unit,
            TrainerProgress progress,
            ToDoubleFunction<TrainerProgress> count,
            MeterRegistry registry) {
        FunctionCounter.builder(name, progress, count)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private static void ofRole(
            String name,
            String description,
            TrainerProgress progress,
            ToDoubleFunction<TrainerProgress> count,
            MeterRegistry registry) {
        FunctionCounter.builder(name, progress, count)
                .description(description)
                .tag(ROLE, TRAINER)
                .register(registry);
    }

    private static double ofLast(TrainerProgress progress, ToDoubleFunction<TrainingStep> value) {
        TrainingStep step = progress.lastStep();
        return step == null ? -1 : value.applyAsDouble(step);
    }
}
