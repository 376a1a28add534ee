// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import io.coffey.cli.run.RunLog;
import io.coffey.stream.TopicReader;
import io.coffey.trainer.Coordinate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** A topic, read in places. Only what is committed. Not thread-safe. */
public final class TopicRecords implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;

    /**
     * A reader of a topic.
     *
     * @param consumer one without a group; its assignment is replaced, and it is closed with this reader
     */
    public TopicRecords(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /** A reader of the scored topic of a run. */
    public static TopicRecords scored(RunLog log, String clientId) {
        return new TopicRecords(
                log.clients().assignedConsumer(clientId), log.topics().scoredTrajectories());
    }

    /** Name of the topic. */
    public String topic() {
        return topic;
    }

    /**
     * What stands at each of the places; a record that is gone or cannot be read is an answer like any other.
     *
     * @throws TimeoutException if a partition takes longer than five minutes
     */
    public Map<Coordinate, FoundRecord> at(Collection<Coordinate> places) {
        Map<Integer, NavigableSet<Long>> offsets = new TreeMap<>();
        places.forEach(place -> offsets.computeIfAbsent(place.partition(), partition -> new TreeSet<>())
                .add(place.offset()));
        Map<Coordinate, FoundRecord> found = new HashMap<>();
        int partitions = consumer.partitionsFor(topic).size();
        offsets.forEach((partition, wanted) -> {
            if (partition < partitions) {
                fetch(new TopicPartition(topic, partition), wanted, found);
            }
        });
        for (Coordinate place : places) {
            found.computeIfAbsent(
                    place,
                    missing -> FoundRecord.unreadable(
                            missing, "no record is there: the topic is not the one that was trained from"));
        }
        return found;
    }

    /** The newest records, oldest first. */
    public List<FoundRecord> last(int count) {
        List<FoundRecord> newest = new ArrayList<>();
        consumer.partitionsFor(topic)
                .forEach(info -> newest.addAll(last(new TopicPartition(topic, info.partition()), count)));
        newest.sort(Comparator.comparingLong(FoundRecord::timestamp)
                .thenComparing(record -> record.coordinate().partition())
                .thenComparing(record -> record.coordinate().offset()));
        return newest.subList(Math.max(0, newest.size() - count), newest.size());
    }

    /** The newest records of one prompt, at most so many, oldest first; reads the whole topic. */
    public List<FoundRecord> ofPrompt(String promptId, int count) {
        byte[] key = promptId.getBytes(StandardCharsets.UTF_8);
        Deque<FoundRecord> newest = new ArrayDeque<>();
        TopicReader.readToEnd(consumer, topic, record -> {
            if (Arrays.equals(key, record.key())) {
                newest.addLast(found(record));
                if (newest.size() > count) {
                    newest.removeFirst();
                }
            }
        });
        return List.copyOf(newest);
    }

    /**
     * Hands over the records from a place on, in their order, until the reader has enough or the partition ends.
     *
     * @param reader says whether it wants more
     * @throws TimeoutException if that takes longer than five minutes
     */
    public void read(Coordinate from, Predicate<FoundRecord> reader) {
        TopicPartition partition = new TopicPartition(topic, from.partition());
        consumer.assign(List.of(partition));
        long end = end(partition);
        consumer.seek(partition, Math.max(beginning(partition), from.offset()));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (consumer.position(partition) < end) {
            requireTime(partition, deadline);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (!reader.test(found(record))) {
                    return;
                }
            }
        }
    }

    private void fetch(TopicPartition partition, NavigableSet<Long> wanted, Map<Coordinate, FoundRecord> found) {
        consumer.assign(List.of(partition));
        long beginning = beginning(partition);
        long end = Math.min(wanted.last() + 1, end(partition));
        wanted.headSet(beginning)
                .forEach(offset -> put(
                        found,
                        FoundRecord.unreadable(
                                new Coordinate(partition.partition(), offset),
                                "gone: the partition begins at offset %d, retention or a deletion took it"
                                        .formatted(beginning))));
        consumer.seek(partition, Math.max(beginning, wanted.first()));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (consumer.position(partition) < end) {
            requireTime(partition, deadline);
            try {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (wanted.contains(record.offset())) {
                        put(found, found(record));
                    }
                }
            } catch (KafkaException e) {
                if (!(e.getCause() instanceof KafkaException damage)) {
                    throw e;
                }
                passOver(partition, wanted, String.valueOf(damage.getMessage()), found);
            }
        }
    }

    /** The client stays before a batch whose bytes were changed until it is told to go on. */
    private void passOver(
            TopicPartition partition, NavigableSet<Long> wanted, String damage, Map<Coordinate, FoundRecord> found) {
        long position = consumer.position(partition);
        if (wanted.contains(position)) {
            put(found, FoundRecord.unreadable(new Coordinate(partition.partition(), position), "damaged: " + damage));
        }
        Long next = wanted.higher(position);
        consumer.seek(partition, next == null ? wanted.last() + 1 : next);
    }

    private List<FoundRecord> last(TopicPartition partition, int count) {
        consumer.assign(List.of(partition));
        long beginning = beginning(partition);
        long end = end(partition);
        // The markers of transactions take offsets, too, so that a window rarely holds as many records as it is wide.
        for (long window = 2L * count; ; window *= 2) {
            long from = Math.max(beginning, end - window);
            List<FoundRecord> records = range(partition, from, end);
            if (records.size() >= count || from == beginning) {
                return records;
            }
        }
    }

    private List<FoundRecord> range(TopicPartition partition, long from, long end) {
        List<FoundRecord> records = new ArrayList<>();
        consumer.seek(partition, from);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (consumer.position(partition) < end) {
            requireTime(partition, deadline);
            consumer.poll(POLL).forEach(record -> records.add(found(record)));
        }
        return records;
    }

    private static void requireTime(TopicPartition partition, long deadline) {
        if (System.nanoTime() >= deadline) {
            throw new TimeoutException("%s could not be read within %d s".formatted(partition, LIMIT.toSeconds()));
        }
    }

    private long beginning(TopicPartition partition) {
        return Objects.requireNonNull(
                consumer.beginningOffsets(List.of(partition)).get(partition));
    }

    private long end(TopicPartition partition) {
        return Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
    }

    private static void put(Map<Coordinate, FoundRecord> found, FoundRecord record) {
        found.put(record.coordinate(), record);
    }

    private static FoundRecord found(ConsumerRecord<byte[], byte[]> record) {
        Coordinate coordinate = new Coordinate(record.partition(), record.offset());
        return record.value() == null
                ? FoundRecord.unreadable(coordinate, "a record without a value")
                : new FoundRecord(coordinate, record.timestamp(), record.value(), null);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
