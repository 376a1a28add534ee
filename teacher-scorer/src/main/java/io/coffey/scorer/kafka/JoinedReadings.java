// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.stream.UndecodableRecordException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Trajectories joined with their prompt by its id: with its reference, which goes to nobody else, or with the teacher's
 * response to it.
 */
final class JoinedReadings implements Readings {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Prompts prompts;
    private final BiFunction<Trajectory, Prompt, Reading> join;
    private final Duration timeout;

    /**
     * @param join makes of a trajectory and its prompt what the teacher reads
     * @param timeout how long a trajectory waits for its prompt
     */
    JoinedReadings(Prompts prompts, BiFunction<Trajectory, Prompt, Reading> join, Duration timeout) {
        this.prompts = prompts;
        this.join = join;
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
                        "prompt %s, with which the trajectory is to be joined, did not come within %d ms (teacher.context.timeout)"
                                .formatted(trajectory.promptId(), timeout.toMillis())));
        return join.apply(trajectory, prompt);
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
