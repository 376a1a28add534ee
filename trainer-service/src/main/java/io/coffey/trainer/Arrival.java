// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * A record read from the scored topic.
 *
 * @param coordinate where it stands
 * @param checksum CRC-32C of its value
 * @param trajectory id of the trajectory; empty when it cannot be known
 * @param scored what it holds; absent when it cannot be trained
 * @param defect why it cannot be trained: FAILED still gives a credit back, FOREIGN does not; absent when it can
 */
public record Arrival(
        Coordinate coordinate,
        int checksum,
        String trajectory,
        @Nullable ScoredTrajectory scored,
        @Nullable DropReason defect) {

    /** What a decoded record of the scored topic is to the given run. */
    public static Arrival of(String runId, Coordinate coordinate, int checksum, ScoredTrajectory scored) {
        String id = scored.trajectory().id();
        if (!scored.trajectory().runId().equals(runId)) {
            return new Arrival(coordinate, checksum, id, null, DropReason.FOREIGN);
        }
        return scored.failed()
                ? new Arrival(coordinate, checksum, id, null, DropReason.FAILED)
                : new Arrival(coordinate, checksum, id, scored, null);
    }
}
