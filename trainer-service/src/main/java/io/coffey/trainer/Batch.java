// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one step takes from the stream.
 *
 * @param trained records to train, in order
 * @param dropped records taken without being trained
 */
public record Batch(List<Arrival> trained, List<Drop> dropped) {

    /**
     * A record taken without being trained.
     *
     * @param arrival the record
     * @param reason why
     */
    public record Drop(Arrival arrival, DropReason reason) {}

    public Batch {
        trained = List.copyOf(trained);
        dropped = List.copyOf(dropped);
    }

    /** The trajectories to train, in order. */
    public List<ScoredTrajectory> trajectories() {
        List<ScoredTrajectory> trajectories = new ArrayList<>(trained.size());
        for (Arrival arrival : trained) {
            trajectories.add(Objects.requireNonNull(arrival.scored(), "a trained arrival holds a trajectory"));
        }
        return trajectories;
    }

    /** The trained records as the ledger names them. */
    public List<TrainedRecord> trainedRecords() {
        return trained.stream()
                .map(a -> new TrainedRecord(
                        a.coordinate().partition(), a.coordinate().offset(), a.trajectory(), a.checksum()))
                .toList();
    }

    /** The dropped records as the ledger names them. */
    public List<DroppedRecord> droppedRecords() {
        return dropped.stream()
                .map(d -> new DroppedRecord(
                        d.arrival().coordinate().partition(),
                        d.arrival().coordinate().offset(),
                        d.arrival().trajectory(),
                        d.reason()))
                .toList();
    }
}
