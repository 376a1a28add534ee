// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.rollout.Answer;
import io.coffey.rollout.PolicyFeed;
import io.coffey.rollout.ReorderBuffer.Released;
import io.coffey.rollout.RolloutSection;
import io.coffey.rollout.RolloutWorker;
import io.coffey.service.DeadLetters;
import io.coffey.service.Health;
import io.coffey.service.TransactionalOutput;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * What a rollout worker does over and over: read requests, learn of new weights, sample one step, and write what is
 * finished together with the offsets it answers. It polls every time, so the group never takes it for dead.
 */
final class RolloutLoop {

    /** How long to wait when requests are held that cannot start, usually for the announcement of their weights. */
    private static final Duration HELD_TIMEOUT = Duration.ofMillis(5);

    private final RolloutSection settings;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final TransactionalOutput output;
    private final PolicyFeed policies;
    private final RolloutWorker<ConsumerRecord<byte[], byte[]>> worker;
    private final RequestReader reader;
    private final AnswerWriter writer;
    private final Health health;
    private final LongConsumer setAside;
    private final LongSupplier nanoTime;
    private OptionalLong releasableSince = OptionalLong.empty();
    private boolean busy;

    /** @param setAside told how many dead letters were written */
    RolloutLoop(
            RolloutSection settings,
            String topic,
            Consumer<byte[], byte[]> consumer,
            TransactionalOutput output,
            PolicyFeed policies,
            RolloutWorker<ConsumerRecord<byte[], byte[]>> worker,
            RequestReader reader,
            AnswerWriter writer,
            Health health,
            LongConsumer setAside,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.topic = topic;
        this.consumer = consumer;
        this.output = output;
        this.policies = policies;
        this.worker = worker;
        this.reader = reader;
        this.writer = writer;
        this.health = health;
        this.setAside = setAside;
        this.nanoTime = nanoTime;
    }

    /** Joins the group; nothing of a predecessor is left open then. */
    void start() {
        output.open();
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                partitions.forEach(partition -> worker.forget(partition.partition()));
            }
        });
    }

    /** Goes around once. */
    void turn() {
        health.turned();
        read(poll());
        policies.poll().forEach(worker::announced);
        busy = worker.advance();
        if (commitIsDue()) {
            commit();
        }
        limitIntake();
    }

    /** Writes what is finished and gives up the rest: whoever reads it next redoes it with the same ids and seeds. */
    void finish() {
        if (worker.releasable()) {
            commit();
        }
        worker.forgetAll();
    }

    /** A wake-up ends the wait; whether it ends the loop is for its owner to say. */
    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(patience());
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        }
    }

    private Duration patience() {
        if (busy) {
            return Duration.ZERO;
        }
        return worker.held() > 0 ? HELD_TIMEOUT : settings.pollTimeout();
    }

    private void read(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            if (readAll(partition, records.records(partition))) {
                OffsetAndMetadata next = records.nextOffsets().get(partition);
                if (next != null) {
                    worker.readUpTo(partition.partition(), next.offset());
                }
            }
        }
    }

    /** False when there was no room for all: the rest is read again later. */
    private boolean readAll(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (worker.held() >= settings.maxQueued()) {
                consumer.seek(partition, record.offset());
                return false;
            }
            reader.read(record, worker);
        }
        return true;
    }

    /** At once when nothing else is about to finish; otherwise a little later, so that transactions are not tiny. */
    private boolean commitIsDue() {
        if (!worker.releasable()) {
            return false;
        }
        if (!worker.sampling() || worker.held() >= settings.maxQueued()) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (releasableSince.isEmpty()) {
            releasableSince = OptionalLong.of(now);
        }
        return now - releasableSince.getAsLong() >= settings.commitLinger().toNanos();
    }

    private void commit() {
        Released<Answer<ConsumerRecord<byte[], byte[]>>> released = worker.release();
        releasableSince = OptionalLong.empty();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        released.nextOffsets()
                .forEach((partition, next) ->
                        offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(next)));
        List<ProducerRecord<byte[], byte[]>> records = writer.records(released.results());
        if (output.commit(consumer, offsets, records)) {
            health.progress(released.results().size());
            setAside.accept(DeadLetters.among(records));
        } else {
            worker.forgetAll();
        }
    }

    private void limitIntake() {
        if (worker.held() >= settings.maxQueued()) {
            consumer.pause(consumer.assignment());
        } else if (worker.held() <= settings.maxQueued() / 2
                && !consumer.paused().isEmpty()) {
            consumer.resume(consumer.paused());
        }
    }
}
