// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a trainer has done so far, for whoever watches. Thread-safe. */
public final class TrainerProgress {

    private final AtomicReference<@Nullable TrainingStep> lastStep = new AtomicReference<>();
    private final AtomicLong replayed = new AtomicLong();
    private final AtomicLong waitingCredits = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong nonFinite = new AtomicLong();
    private final AtomicLong trained = new AtomicLong();
    private final DoubleAdder tokens = new DoubleAdder();
    private final DoubleAdder secondsWaiting = new DoubleAdder();
    private final DoubleAdder secondsTraining = new DoubleAdder();
    private final Map<DropReason, Long> dropped = new ConcurrentHashMap<>();
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong checkpointNanos = new AtomicLong(System.nanoTime());
    private final Consumer<TrainingStep> listener;

    public TrainerProgress() {
        this(step -> {});
    }

    /** @param listener told of every step that is committed or trained again, on the trainer's thread */
    public TrainerProgress(Consumer<TrainingStep> listener) {
        this.listener = listener;
    }

    /** A step is committed, now or in an earlier life of the run. */
    public void committed(TrainingStep step) {
        lastStep.set(step);
        listener.accept(step);
    }

    /**
     * This process trained a batch and committed it as a step: counts what that was.
     *
     * @param publishedBytes size of the weights published with it
     */
    public void performed(TrainingStep step, long publishedBytes) {
        steps.incrementAndGet();
        trained.addAndGet(step.trained().size());
        step.dropped().forEach(record -> dropped.merge(record.reason(), 1L, Long::sum));
        published.addAndGet(publishedBytes);
        nonFinite.addAndGet(step.metrics().getOrDefault("nonFinite", 0.0).longValue());
        tokens.add(step.metrics().getOrDefault("tokens", 0.0));
        secondsWaiting.add(step.metrics().getOrDefault("secondsWaiting", 0.0));
        secondsTraining.add(step.metrics().getOrDefault("secondsTraining", 0.0));
    }

    /** So many records were set aside. */
    public void setAside(long count) {
        deadLetters.addAndGet(count);
    }

    /** A checkpoint was written. */
    public void checkpointed() {
        checkpointNanos.set(System.nanoTime());
    }

    /** A step was trained again from the log. */
    public void replayed() {
        replayed.incrementAndGet();
    }

    /** So many scored trajectories wait for their batch. */
    public void waitingCredits(long count) {
        waitingCredits.set(count);
    }

    /** The last committed step; null before the run is open. */
    public @Nullable TrainingStep lastStep() {
        return lastStep.get();
    }

    /** Steps trained again from the log since this process started. */
    public long replayedSteps() {
        return replayed.get();
    }

    /** Steps that this process committed. */
    public long steps() {
        return steps.get();
    }

    /** Those of them whose gradient was not finite. */
    public long nonFiniteSteps() {
        return nonFinite.get();
    }

    /** Trajectories that this process trained. */
    public long trajectories() {
        return trained.get();
    }

    /** Tokens that this process trained. */
    public double tokens() {
        return tokens.sum();
    }

    /** Time that this process waited for batches, in seconds. */
    public double secondsWaiting() {
        return secondsWaiting.sum();
    }

    /** Time that this process trained, in seconds. */
    public double secondsTraining() {
        return secondsTraining.sum();
    }

    /** Trajectories that this process took without training them. */
    public long dropped(DropReason reason) {
        return dropped.getOrDefault(reason, 0L);
    }

    /** Records that this process set aside as dead letters. */
    public long deadLetters() {
        return deadLetters.get();
    }

    /** Weights that this process published, in bytes. */
    public long publishedBytes() {
        return published.get();
    }

    /** Since this process wrote a checkpoint, or began, in seconds. */
    public double checkpointAge() {
        return (System.nanoTime() - checkpointNanos.get()) / 1e9;
    }

    /** A metric of the last committed step; not a number where it has none of that name. */
    public double metric(String name) {
        TrainingStep step = lastStep.get();
        return step == null ? Double.NaN : step.metrics().getOrDefault(name, Double.NaN);
    }

    /** Scored trajectories that have come back and wait for their batch. */
    public long waitingTrajectories() {
        return waitingCredits.get();
    }
}
