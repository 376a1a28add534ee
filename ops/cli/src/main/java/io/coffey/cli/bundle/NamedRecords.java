// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** The records of the scored topic that a ledger names, added up line by line. Not thread-safe. */
final class NamedRecords {

    /**
     * What the ledger says of a record.
     *
     * @param step that took it
     * @param checksum CRC-32C of its value; empty where it was not trained
     */
    record Named(long step, OptionalInt checksum) {}

    private final Map<Integer, SortedMap<Long, Named>> byPartition = new TreeMap<>();
    private long trained;
    private long dropped;

    void add(TrainingStep line) {
        for (TrainedRecord record : line.trained()) {
            put(record.partition(), record.offset(), new Named(line.step(), OptionalInt.of(record.checksum())));
        }
        for (DroppedRecord record : line.dropped()) {
            put(record.partition(), record.offset(), new Named(line.step(), OptionalInt.empty()));
        }
        trained += line.trained().size();
        dropped += line.dropped().size();
    }

    private void put(int partition, long offset, Named named) {
        byPartition.computeIfAbsent(partition, absent -> new TreeMap<>()).put(offset, named);
    }

    /** By offset, those of a partition. */
    SortedMap<Long, Named> of(int partition) {
        return byPartition.getOrDefault(partition, new TreeMap<>());
    }

    long trained() {
        return trained;
    }

    long dropped() {
        return dropped;
    }
}
