// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.context.PrivilegedContext;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.stream.UndecodableRecordException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InterruptException;

/** Trajectories with the reference of their prompt, which is joined by its id here and goes to nobody else. */
final class JoinedReadings implements Readings {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Prompts prompts;
    private final PrivilegedContext context;
    private final Duration timeout;

    /** @param timeout how long a trajectory waits for its prompt */
    JoinedReadings(Prompts prompts, PrivilegedContext context, Duration timeout) {
        this.prompts = prompts;
        this.context = context;
        this.timeout = timeout;
    }

    @Override
    public void open() {
        prompts.open();
    }

    @Override
    public boolean await(List<Trajectory> trajectories, BooleanSupplier giveUp) {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Trajectory trajectory : trajectories) {
            while (!prompts.has(trajectory.promptId()) && System.nanoTime() < deadline) {
                if (giveUp.getAsBoolean()) {
                    return false;
                }
                pause();
            }
        }
        return true;
    }

    @Override
    public Reading of(Trajectory trajectory) {
        Prompt prompt = find(trajectory)
                .orElseThrow(() -> new UnscorableTrajectoryException(
                        "prompt %s, whose reference the teacher is to see, did not come within %d ms (teacher.context.timeout)"
                                .formatted(trajectory.promptId(), timeout.toMillis())));
        return context.read(trajectory, prompt);
    }

    @Override
    public void close() {
        prompts.close();
    }

    private Optional<Prompt> find(Trajectory trajectory) {
        try {
            return prompts.find(trajectory.promptId());
        } catch (UndecodableRecordException e) {
            throw new UnscorableTrajectoryException(
                    "prompt %s: %s".formatted(trajectory.promptId(), e.getMessage()), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
