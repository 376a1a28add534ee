// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.RecordChecksum;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells a run's topics from others of the same names, by what the ledger says of their records. Kafka's topic ids would
 * not do: a topic that was restored from a copy has another id and is the same log.
 */
final class LogIdentity {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<TrainingStep> lines;

    /**
     * @param consumers opens a consumer without a group
     * @param lines of the ledger, from the first
     */
    LogIdentity(Supplier<Consumer<byte[], byte[]>> consumers, List<TrainingStep> lines) {
        this.consumers = consumers;
        this.lines = lines;
    }

    /**
     * Checks that the newest trained record of each partition is what it was, as far as it is kept.
     *
     * @throws UserException naming the first that is another
     */
    void requireScored(String topic) {
        Map<Integer, TrainedRecord> newest = new TreeMap<>();
        for (TrainingStep line : lines) {
            for (TrainedRecord record : line.trained()) {
                newest.merge(record.partition(), record, (one, other) -> one.offset() > other.offset() ? one : other);
            }
        }
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            newest.values().forEach(record -> requireSame(consumer, topic, record));
        }
    }

    /**
     * Checks that requests and trajectories are as many as the ledger counts, of a run whose trainer dispatches.
     *
     * @throws UserException naming the topic that holds fewer
     */
    void requireDispatched(Topics topics) {
        long requests = lines.isEmpty() ? 0 : lines.get(lines.size() - 1).requestsDispatched();
        if (requests == 0) {
            return;
        }
        long answered = 0;
        for (TrainingStep line : lines) {
            answered += line.trained().size();
            answered += line.dropped().stream()
                    .filter(record -> record.reason() == DropReason.EXPIRED || record.reason() == DropReason.FAILED)
                    .count();
        }
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            requireCount(consumer, topics.rolloutRequests(), requests);
            requireCount(consumer, topics.trajectories(), answered);
        }
    }

    private static void requireSame(Consumer<byte[], byte[]> consumer, String topic, TrainedRecord record) {
        TopicPartition partition = new TopicPartition(topic, record.partition());
        if (record.offset() < sum(consumer.beginningOffsets(List.of(partition)))) {
            return;
        }
        boolean same = false;
        if (record.offset() < sum(consumer.endOffsets(List.of(partition)))) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, record.offset());
            while (!same && consumer.position(partition) <= record.offset()) {
                same = consumer.poll(POLL).records(partition).stream()
                        .anyMatch(found -> found.offset() == record.offset()
                                && RecordChecksum.of(found.value()) == record.checksum());
            }
        }
        if (!same) {
            throw madeAnew(
                    "topic %s partition %d: the record at offset %d is not the one that was trained (trajectory %s)"
                            .formatted(topic, record.partition(), record.offset(), record.trajectory()));
        }
    }

    private static void requireCount(Consumer<byte[], byte[]> consumer, String topic, long expected) {
        Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        long written = sum(consumer.endOffsets(partitions));
        if (written < expected) {
            throw madeAnew("topic %s was written to offset %d in all, but the ledger counts %d records of it"
                    .formatted(topic, written, expected));
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static UserException madeAnew(String found) {
        return new UserException(
                ExitCode.DATA, found + ": it was deleted and made anew; restore the topic or start a new run");
    }
}
