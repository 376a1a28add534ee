// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer of an engine to a request.
 *
 * @param ticket the request
 * @param trajectories its samples by index, all of them; failed ones have no tokens and a reason
 */
public record Finished(long ticket, List<Trajectory> trajectories) {

    public Finished {
        trajectories = List.copyOf(trajectories);
    }

    /** The answer to a request that cannot be sampled. */
    static Finished failed(long ticket, RolloutRequest request, String workerId, String problem) {
        List<Trajectory> trajectories = new ArrayList<>(request.samples());
        for (int sample = 0; sample < request.samples(); sample++) {
            trajectories.add(Trajectory.failed(request, sample, workerId, problem));
        }
        return new Finished(ticket, trajectories);
    }
}
