// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a trainer has done so far, for whoever watches. Thread-safe. */
public final class TrainerProgress {

    private final AtomicReference<@Nullable TrainingStep> lastStep = new AtomicReference<>();
    private final AtomicLong replayed = new AtomicLong();
    private final AtomicLong waitingCredits = new AtomicLong();
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

    /** Scored trajectories that have come back and wait for their batch. */
    public long waitingTrajectories() {
        return waitingCredits.get();
    }
}
