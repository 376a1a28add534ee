// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records read from the scored topic and not yet taken by a step, in the order in which they were read. Knows for every
 * partition before which offset everything has been taken. Single owner, not thread-safe.
 */
public final class Intake {

    private final Map<Coordinate, Arrival> waiting = new LinkedHashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Set<Coordinate> takenAhead;

    /**
     * @param positions by partition: where reading starts
     * @param takenAhead records at or after those positions that earlier steps have taken already
     */
    public Intake(Map<Integer, Long> positions, Collection<Coordinate> takenAhead) {
        this.positions.putAll(positions);
        this.takenAhead = new HashSet<>(takenAhead);
    }

    /** Takes note of a record; returns whether it is still to be taken. */
    public boolean add(Arrival arrival) {
        if (takenAhead.remove(arrival.coordinate())) {
            return false;
        }
        waiting.put(arrival.coordinate(), arrival);
        return true;
    }

    /** Reading has come as far as the given offset. */
    public void advance(int partition, long nextOffset) {
        positions.put(partition, nextOffset);
    }

    /** Everything not yet taken, in the order of arrival. */
    public List<Arrival> waiting() {
        return List.copyOf(waiting.values());
    }

    /** Takes the records of a batch. */
    public void take(Batch batch) {
        batch.trained().forEach(arrival -> waiting.remove(arrival.coordinate()));
        batch.dropped().forEach(drop -> waiting.remove(drop.arrival().coordinate()));
    }

    /**
     * The batch that the ledger says a step took; empty while some of its records have not been read yet.
     *
     * @throws UserException naming the first record that is not what was trained
     */
    public Optional<Batch> recall(TrainingStep step) {
        List<Arrival> trained = new ArrayList<>(step.trained().size());
        for (TrainedRecord record : step.trained()) {
            Arrival arrival = at(record.partition(), record.offset());
            if (arrival == null) {
                requireAhead(step.step(), record.partition(), record.offset(), record.trajectory());
                return Optional.empty();
            }
            requireSame(step.step(), record, arrival);
            trained.add(arrival);
        }
        List<Batch.Drop> dropped = new ArrayList<>(step.dropped().size());
        for (DroppedRecord record : step.dropped()) {
            Arrival arrival = at(record.partition(), record.offset());
            if (arrival == null) {
                requireAhead(step.step(), record.partition(), record.offset(), record.trajectory());
                return Optional.empty();
            }
            dropped.add(new Batch.Drop(arrival, record.reason()));
        }
        return Optional.of(new Batch(trained, dropped));
    }

    /** What is not there once reading is past it will not come. */
    private void requireAhead(long step, int partition, long offset, String trajectory) {
        if (positions.getOrDefault(partition, 0L) > offset) {
            throw new UserException(
                    ExitCode.DATA,
                    ("step %d: there is no scored record at partition %d, offset %d (trajectory %s): restore the topic, or the"
                                    + " run cannot be repeated")
                            .formatted(step, partition, offset, trajectory));
        }
    }

    private static void requireSame(long step, TrainedRecord record, Arrival found) {
        if (found.checksum() == record.checksum() && found.scored() == null) {
            throw new UserException(
                    ExitCode.DATA,
                    "step %d: the scored record at partition %d, offset %d (trajectory %s) was trained and cannot be under these settings"
                            .formatted(step, record.partition(), record.offset(), record.trajectory()));
        }
        if (found.checksum() != record.checksum()) {
            throw new UserException(
                    ExitCode.DATA,
                    ("step %d: the scored record at partition %d, offset %d (trajectory %s) is not the one that was trained:"
                                    + " checksum %08x, the ledger says %08x; restore the topic, or the run cannot be repeated")
                            .formatted(
                                    step,
                                    record.partition(),
                                    record.offset(),
                                    record.trajectory(),
                                    found.checksum(),
                                    record.checksum()));
        }
    }

    private @Nullable Arrival at(int partition, long offset) {
        return waiting.get(new Coordinate(partition, offset));
    }

    /** By partition: the offset before which everything has been taken. */
    public Map<Integer, Long> nextOffsets() {
        Map<Integer, Long> next = new HashMap<>(positions);
        for (Coordinate coordinate : waiting.keySet()) {
            next.merge(coordinate.partition(), coordinate.offset(), Math::min);
        }
        return next;
    }
}
