// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a read-process-write loop: records and the consumed offsets that they answer, in one transaction or not
 * at all. Owns its producer. After any error that leaves it open whether a transaction took place, the producer is
 * thrown away: the next one's {@code initTransactions} settles the old one's fate, and the consumer goes back to what
 * is committed. Not thread-safe.
 */
public final class TransactionalOutput implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionalOutput.class);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Runnable waiting;
    private @Nullable Producer<byte[], byte[]> producer;

    /** @param producers makes a fresh producer of one transactional id */
    public TransactionalOutput(Supplier<Producer<byte[], byte[]>> producers) {
        this(producers, () -> {});
    }

    /** @param waiting run now and then while no broker answers, to tell that waiting is not hanging */
    public TransactionalOutput(Supplier<Producer<byte[], byte[]>> producers, Runnable waiting) {
        this.producers = producers;
        this.waiting = waiting;
    }

    /**
     * Ends whatever transaction a predecessor left open and fences it. {@link #commit} does so by itself; a service
     * calls it at its start, before it reads anything.
     *
     * @throws UserException if the broker denies it
     */
    public void open() {
        try {
            ready();
        } catch (KafkaException e) {
            discardOrThrow(e);
        }
    }

    /**
     * Writes records and offsets in one transaction.
     *
     * @param consumer whose group the offsets belong to
     * @param offsets next offset to read of each partition
     * @param records in the order to send
     * @return whether it is known to have taken place. Where it is not, the consumer has gone back to its committed
     *     offsets, and whatever was read and not committed will be read again: drop it
     * @throws UserException if no retry can mend it: fenced by a successor, denied, a record too large
     */
    public boolean commit(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sends = new ArrayList<>(records.size());
        try {
            Producer<byte[], byte[]> ready = ready();
            ready.beginTransaction();
            Failpoint.OUTPUT_BEFORE_SEND.reached();
            for (ProducerRecord<byte[], byte[]> record : records) {
                sends.add(ready.send(record));
            }
            ready.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            ready.flush();
            check(sends);
            Failpoint.OUTPUT_AFTER_SENDS.reached();
            ready.commitTransaction();
            Failpoint.OUTPUT_AFTER_COMMIT.reached();
            return true;
        } catch (KafkaException e) {
            discardOrThrow(e);
            rewind(consumer);
            return false;
        }
    }

    /** Leaves an open transaction to the broker's time limit or to a successor. */
    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }

    private Producer<byte[], byte[]> ready() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            current = producers.get();
            producer = current;
            current.initTransactions();
        }
        return current;
    }

    private static void check(List<Future<RecordMetadata>> sends) {
        for (Future<RecordMetadata> send : sends) {
            try {
                send.get();
            } catch (ExecutionException e) {
                throw new KafkaException("a record could not be written", e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private void discardOrThrow(KafkaException failure) {
        Producer<byte[], byte[]> broken = producer;
        producer = null;
        boolean interrupted = failure instanceof InterruptException;
        Optional<UserException> fenced =
                broken == null || interrupted ? Optional.empty() : KafkaErrors.fenced(failure, broken);
        if (broken != null) {
            broken.close(Duration.ZERO);
        }
        if (interrupted) {
            throw failure;
        }
        fenced.or(() -> KafkaErrors.fatal(failure)).ifPresent(fatal -> {
            throw fatal;
        });
        LOG.atWarn()
                .addKeyValue("cause", failure.toString())
                .log("transaction not known to have taken place; going back to what is committed");
    }

    /** Moves every assigned partition to its committed offset, or to its beginning where nothing is committed yet. */
    private void rewind(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> assignment = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = committed(consumer, assignment);
        for (TopicPartition partition : assignment) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(Set.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
    }

    /** The committed offsets of some partitions. Asks until a broker answers; the consumer's {@code wakeup} ends it. */
    public Map<TopicPartition, OffsetAndMetadata> committed(
            Consumer<byte[], byte[]> consumer, Set<TopicPartition> assignment) {
        while (true) {
            waiting.run();
            try {
                return new HashMap<>(consumer.committed(assignment));
            } catch (TimeoutException e) {
                LOG.warn("no broker tells the committed offsets; asking again");
            }
        }
    }
}
