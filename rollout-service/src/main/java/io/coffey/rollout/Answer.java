// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.Trajectory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request came to, ready to be written.
 *
 * @param <S> how the shell knows the request
 * @param source the request as it was read
 * @param trajectories what to send on; failed ones return the request's credits
 * @param cause why the request goes to the dead-letter topic; absent when it was sampled
 */
public record Answer<S>(
        S source, List<Trajectory> trajectories, @Nullable String cause) {

    public Answer {
        trajectories = List.copyOf(trajectories);
    }

    /** The answer to a sampled request; its cause is the failure of its first failed sample, if one failed. */
    static <S> Answer<S> of(S source, List<Trajectory> trajectories) {
        for (Trajectory trajectory : trajectories) {
            if (trajectory.failed()) {
                return new Answer<>(source, trajectories, trajectory.failure());
            }
        }
        return new Answer<>(source, trajectories, null);
    }
}
