// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into an empty topic so that each has the offset it had. Offsets that no record has are filled by what
 * takes an offset and cannot be read: one by the marker of a transaction that holds the record before it, several by an
 * aborted transaction. Partitions go forward together, and only so much is held as one round writes. Not thread-safe.
 */
final class OffsetRestorer {

    private static final int MOST_RECORDS_A_ROUND = 256;
    private static final long MOST_BYTES_A_ROUND = 4L << 20;
    private static final long MOST_FILLED_AT_ONCE = 5000;

    private final LogWriter log;
    private final String topic;
    private final List<Source> sources = new ArrayList<>();
    private final List<Placed> plain = new ArrayList<>();
    private final List<Placed> committed = new ArrayList<>();
    private final List<Placed> aborted = new ArrayList<>();
    private long restored;

    /** A record and the offset that it must get. */
    private record Placed(ProducerRecord<byte[], byte[]> record, long offset) {}

    /** What is left of a partition, and where its log ends. */
    private static final class Source {

        private final Iterator<ConsumerRecord<byte[], byte[]>> records;
        private @Nullable ConsumerRecord<byte[], byte[]> next;
        private long end;

        Source(Iterator<ConsumerRecord<byte[], byte[]>> records) {
            this.records = records;
            advance();
        }

        void advance() {
            next = records.hasNext() ? records.next() : null;
        }
    }

    /** @param topic where to; nobody else may write to it */
    OffsetRestorer(LogWriter log, String topic) {
        this.log = log;
        this.topic = topic;
    }

    /**
     * Writes all records.
     *
     * @param partitions the records of each partition, by ascending offset
     * @param progress told how many are written, now and then
     * @throws UserException if a record gets another offset than it had
     */
    void restore(List<? extends Iterator<ConsumerRecord<byte[], byte[]>>> partitions, LongConsumer progress) {
        partitions.forEach(records -> sources.add(new Source(records)));
        sources.forEach(this::begin);
        while (sources.stream().anyMatch(source -> source.next != null)) {
            sources.forEach(this::plan);
            place(plain, log::write);
            place(committed, log::writeAndCommit);
            place(aborted, log::writeAndAbort);
            progress.accept(restored);
        }
    }

    /** A single offset before the first record has no transaction to mark: what fills it is deleted. */
    private void begin(Source source) {
        if (source.next != null && source.next.offset() == 1) {
            Placed filler = filler(source.next.partition(), 0);
            require(filler, log.writeAndDelete(filler.record()));
            source.end = 1;
        }
    }

    /** Takes records as they follow each other, up to what has to be a transaction. */
    private void plan(Source source) {
        long bytes = 0;
        for (int taken = 0; taken < MOST_RECORDS_A_ROUND && bytes < MOST_BYTES_A_ROUND; taken++) {
            ConsumerRecord<byte[], byte[]> record = source.next;
            if (record == null) {
                return;
            }
            long gap = record.offset() - source.end;
            if (gap < 0) {
                throw new UserException(
                        ExitCode.DATA,
                        "topic %s partition %d: offset %d follows offset %d in the bundle"
                                .formatted(topic, record.partition(), record.offset(), source.end - 1));
            }
            if (gap > 0) {
                fill(source, record.partition(), filledAtOnce(gap));
                return;
            }
            source.advance();
            bytes += Math.max(0, record.serializedValueSize());
            restored++;
            Placed placed = new Placed(producerRecord(topic, record), record.offset());
            source.end = record.offset() + 1;
            if (source.next != null && source.next.offset() == source.end + 1) {
                committed.add(placed);
                source.end++;
                return;
            }
            plain.add(placed);
        }
    }

    /** Aborts one record less than there are offsets to fill; the marker takes the last. */
    private void fill(Source source, int partition, long gap) {
        for (long filled = 0; filled < gap - 1; filled++) {
            aborted.add(filler(partition, source.end + filled));
        }
        source.end += gap;
    }

    /** Never leaves a single offset, which nothing could fill. */
    private static long filledAtOnce(long gap) {
        if (gap <= MOST_FILLED_AT_ONCE) {
            return gap;
        }
        return gap == MOST_FILLED_AT_ONCE + 1 ? MOST_FILLED_AT_ONCE - 1 : MOST_FILLED_AT_ONCE;
    }

    private void place(List<Placed> placed, Function<List<ProducerRecord<byte[], byte[]>>, List<Long>> writing) {
        if (placed.isEmpty()) {
            return;
        }
        List<Long> offsets = writing.apply(placed.stream().map(Placed::record).toList());
        for (int i = 0; i < placed.size(); i++) {
            require(placed.get(i), offsets.get(i));
        }
        placed.clear();
    }

    private void require(Placed placed, long found) {
        if (found != placed.offset()) {
            throw new UserException(
                    ExitCode.BROKER,
                    ("topic %s partition %d: a record was written at offset %d, expected %d: somebody else writes to the topic;"
                                    + " delete the topics of the run and import it again")
                            .formatted(topic, placed.record().partition(), found, placed.offset()));
        }
    }

    private Placed filler(int partition, long offset) {
        return new Placed(new ProducerRecord<>(topic, partition, null, null, new byte[0]), offset);
    }

    /** A record to be written as it was; one without a time gets that of the writing. */
    static ProducerRecord<byte[], byte[]> producerRecord(String topic, ConsumerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(
                topic,
                record.partition(),
                record.timestamp() < 0 ? null : record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }
}
