// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.Trajectories;
import io.coffey.scorer.pair.PointlessPairException;
import io.coffey.scorer.teacher.Reading;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Readings beside given responses, by prompt id; without one the pair is passed over. */
final class FakePairs implements Readings {

    private final Map<String, int[]> responses;

    FakePairs(Map<String, int[]> responses) {
        this.responses = responses;
    }

    @Override
    public void open() {}

    @Override
    public boolean await(List<Trajectory> trajectories, BooleanSupplier giveUp) {
        return true;
    }

    @Override
    public Reading of(Trajectory trajectory) {
        int[] response = responses.get(trajectory.promptId());
        if (response == null) {
            throw new PointlessPairException("pair passed over: none is better");
        }
        return Reading.plain(trajectory)
                .besides(Trajectories.of(trajectory.request(), trajectory.promptTokens(), response, "tok", null, null));
    }

    @Override
    public void close() {}
}
