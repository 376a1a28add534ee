// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.cli.bundle.NamedRecords.Named;
import io.coffey.cli.report.Console;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.RecordArchive;
import io.coffey.stream.RecordChecksum;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Copies the records that a ledger names out of the scored topic, each held to its checksum. Not thread-safe. */
final class ScoredCopy {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(1);
    private static final long SHOWN_EVERY = 1000;

    private final Consumer<byte[], byte[]> consumer;
    private final Console console;

    /** @param consumer one without a group; its assignment is replaced */
    ScoredCopy(Consumer<byte[], byte[]> consumer, Console console) {
        this.consumer = consumer;
        this.console = console;
    }

    /**
     * Copies a partition.
     *
     * @param named by offset, what the ledger says
     * @throws UserException naming the first record that is gone or is not the one that was trained
     */
    void copy(TopicPartition partition, SortedMap<Long, Named> named, RecordArchive.Writer archive) throws IOException {
        if (named.isEmpty()) {
            return;
        }
        consumer.assign(List.of(partition));
        requireKept(partition, named.firstKey());
        consumer.seek(partition, named.firstKey());
        long deadline = System.nanoTime() + SILENCE_LIMIT.toNanos();
        while (archive.count() < named.size()) {
            for (ConsumerRecord<byte[], byte[]> record : poll(partition, named.firstKey())) {
                Named wanted = named.get(record.offset());
                if (wanted != null) {
                    requireSame(partition, record, wanted);
                    archive.add(record);
                    show(partition, archive.count(), named.size());
                }
                deadline = System.nanoTime() + SILENCE_LIMIT.toNanos();
            }
            if (consumer.position(partition) > named.lastKey() && archive.count() < named.size()) {
                throw new UserException(
                        ExitCode.DATA,
                        "topic %s partition %d: the ledger names %,d records up to offset %d, the log has %,d of them; restore the topic, or the run cannot be repeated"
                                .formatted(
                                        partition.topic(),
                                        partition.partition(),
                                        named.size(),
                                        named.lastKey(),
                                        archive.count()));
            }
            if (System.nanoTime() > deadline) {
                throw new UserException(
                        ExitCode.BROKER,
                        "topic %s partition %d: nothing was read for %d s"
                                .formatted(partition.topic(), partition.partition(), SILENCE_LIMIT.toSeconds()));
            }
        }
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll(TopicPartition partition, long firstNeeded) {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException e) {
            requireKept(partition, firstNeeded);
            throw e;
        }
    }

    private void requireKept(TopicPartition partition, long firstNeeded) {
        long beginning = Objects.requireNonNull(
                consumer.beginningOffsets(List.of(partition)).get(partition));
        if (firstNeeded < beginning) {
            throw new UserException(
                    ExitCode.DATA,
                    "topic %s partition %d is needed from offset %d but begins at %d: retention or a deletion took what the run was trained on, it can no longer be exported"
                            .formatted(partition.topic(), partition.partition(), firstNeeded, beginning));
        }
    }

    private static void requireSame(TopicPartition partition, ConsumerRecord<byte[], byte[]> record, Named wanted) {
        if (wanted.checksum().isEmpty()) {
            return;
        }
        int found = RecordChecksum.of(record.value());
        int expected = wanted.checksum().getAsInt();
        if (found != expected) {
            throw new UserException(
                    ExitCode.DATA,
                    "topic %s partition %d offset %d: its checksum is %08x, step %d of the ledger says %08x: it is not the record that was trained; restore the topic, or the run cannot be repeated"
                            .formatted(
                                    partition.topic(),
                                    partition.partition(),
                                    record.offset(),
                                    found,
                                    wanted.step(),
                                    expected));
        }
    }

    private void show(TopicPartition partition, long count, long of) {
        if (count % SHOWN_EVERY == 0) {
            console.show("%s: %,d of %,d records".formatted(partition, count, of));
        }
    }
}
