// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record that ends every process that tries it, by notes in the metadata of the group's committed offsets,
 * which outlive the process.
 *
 * <p>A member notes what it is about to try once for every partition that it is assigned, and nothing more as long as
 * all goes well. A note that a successor finds means that a process ended between trying and answering; the records of
 * the note are then tried one at a time, each noted before with how often it was the only one in hand. A record that
 * ended so many processes alone is {@linkplain #exhausted exhausted}. Not thread-safe.
 */
public final class Attempts {

    private static final Pattern NOTE = Pattern.compile("tried alone (\\d{1,9}), all until (\\d{1,18})");

    private final int limit;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();

    /** @param limit how often a record may end a process before it is exhausted, from 1 */
    public Attempts(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a record needs 1 attempt or more, found " + limit);
        }
        this.limit = limit;
    }

    /** What is known of a partition that this member is assigned. */
    private static final class Lane {
        /** Offset that was committed last, and how often its record was tried alone by others. */
        private long offset;

        private int alone;
        /** Offset after the records that a process may have died of. */
        private long until;

        private long noted = -1;
        private boolean entered;

        private Lane(@Nullable OffsetAndMetadata committed) {
            Matcher note = NOTE.matcher(committed == null ? "" : committed.metadata());
            if (committed != null && note.matches()) {
                offset = committed.offset();
                alone = Integer.parseInt(note.group(1));
                until = Long.parseLong(note.group(2));
            }
        }

        private int aloneBefore(long record) {
            return record == offset ? alone : 0;
        }
    }

    /**
     * Reads what predecessors noted of partitions that it does not know yet.
     *
     * @param committed gives the committed offsets of partitions
     */
    public void learn(
            Collection<TopicPartition> partitions,
            Function<Set<TopicPartition>, Map<TopicPartition, OffsetAndMetadata>> committed) {
        Set<TopicPartition> unknown = new HashSet<>(partitions);
        unknown.removeAll(lanes.keySet());
        if (!unknown.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = committed.apply(unknown);
            unknown.forEach(partition -> lanes.put(partition, new Lane(offsets.get(partition))));
        }
    }

    /** Whether a process may have died of a record that is still to be tried: take one record at a time. */
    public boolean suspicious() {
        return lanes.values().stream().anyMatch(lane -> lane.until > 0);
    }

    /** How often a record ended the process that tried it alone. */
    public int before(ConsumerRecord<byte[], byte[]> record) {
        return lane(partition(record)).aloneBefore(record.offset());
    }

    /** Whether a record ended as many processes as it may, so it is not to be tried again. */
    public boolean exhausted(ConsumerRecord<byte[], byte[]> record) {
        return before(record) >= limit;
    }

    /**
     * What has to be committed before some records are tried; empty as long as all goes well.
     *
     * @param records in the order of their partitions
     */
    public Map<TopicPartition, OffsetAndMetadata> toNote(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, OffsetAndMetadata> notes = new HashMap<>();
        Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            first.putIfAbsent(partition(record), record);
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = partition(record);
            Lane lane = lane(partition);
            ConsumerRecord<byte[], byte[]> begin = first.getOrDefault(partition, record);
            boolean suspect = begin.offset() < lane.until && begin.offset() != lane.noted;
            if (!lane.entered || suspect) {
                int alone = records.size() == 1 ? lane.aloneBefore(record.offset()) + 1 : 0;
                notes.put(partition, note(begin, alone, Math.max(lane.until, record.offset() + 1)));
            }
        }
        return notes;
    }

    /** Notes are committed. */
    public void noted(Map<TopicPartition, OffsetAndMetadata> notes) {
        notes.forEach((partition, note) -> {
            Lane lane = lane(partition);
            lane.entered = true;
            lane.noted = note.offset();
        });
    }

    /** The offsets to commit with answers, with what is still to be said of the records after them. */
    public Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<TopicPartition, OffsetAndMetadata> noted = new HashMap<>(offsets);
        noted.replaceAll((partition, next) -> {
            long until = lane(partition).until;
            return next.offset() < until
                    ? new OffsetAndMetadata(next.offset(), next.leaderEpoch(), text(0, until))
                    : next;
        });
        return noted;
    }

    /** Answers are committed up to these offsets. */
    public void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, next) -> {
            Lane lane = lane(partition);
            lane.entered = true;
            lane.offset = next.offset();
            lane.alone = 0;
            if (next.offset() >= lane.until) {
                lane.until = 0;
            }
        });
    }

    /** Forgets partitions that another member answers from now on. */
    public void forget(Collection<TopicPartition> partitions) {
        lanes.keySet().removeAll(partitions);
    }

    private Lane lane(TopicPartition partition) {
        Lane lane = lanes.get(partition);
        if (lane == null) {
            throw new IllegalStateException("what was noted of %s was not read".formatted(partition));
        }
        return lane;
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private static OffsetAndMetadata note(ConsumerRecord<byte[], byte[]> begin, int alone, long until) {
        return new OffsetAndMetadata(begin.offset(), begin.leaderEpoch(), text(alone, until));
    }

    private static String text(int alone, long until) {
        return "tried alone %d, all until %d".formatted(alone, until);
    }
}
