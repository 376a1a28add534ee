// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.distillation.trajectory.Trajectory;
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
}
