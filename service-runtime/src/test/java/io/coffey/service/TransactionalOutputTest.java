// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TransactionalOutputTest {

    private static final TopicPartition SOURCE = new TopicPartition("in", 0);
    private static final List<ProducerRecord<byte[], byte[]>> RECORDS =
            List.of(new ProducerRecord<>("out", new byte[] {1}), new ProducerRecord<>("out", new byte[] {2}));
    private static final Map<TopicPartition, OffsetAndMetadata> OFFSETS = Map.of(SOURCE, new OffsetAndMetadata(7));

    private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final TransactionalOutput output = new TransactionalOutput(this::producer);

    @BeforeEach
    void consumeToOffsetSix() {
        consumer.assign(List.of(SOURCE));
        consumer.updateBeginningOffsets(Map.of(SOURCE, 3L));
        consumer.addRecord(new ConsumerRecord<>("in", 0, 6, new byte[0], new byte[0]));
        consumer.poll(Duration.ZERO);
    }

    @Test
    void writesRecordsAndOffsetsInOneTransaction() {
        boolean committed = output.commit(consumer, OFFSETS, RECORDS);

        assertThat(committed).isTrue();
        assertThat(made.get(0).history()).isEqualTo(RECORDS);
        assertThat(made.get(0).consumerGroupOffsetsHistory())
                .containsExactly(Map.of(consumer.groupMetadata().groupId(), OFFSETS));
        assertThat(made.get(0).commitCount()).isEqualTo(1);
        assertThat(consumer.position(SOURCE)).isEqualTo(7);
    }

    @Test
    void goesBackToTheCommittedOffsetWithAFreshProducerAfterATimeout() {
        consumer.commitSync(Map.of(SOURCE, new OffsetAndMetadata(5)));
        output.open();
        made.get(0).commitTransactionException = new TimeoutException("no answer");

        boolean committed = output.commit(consumer, OFFSETS, RECORDS);

        assertThat(committed).isFalse();
        assertThat(consumer.position(SOURCE)).isEqualTo(5);
        assertThat(made.get(0).closed()).isTrue();
        assertThat(output.commit(consumer, OFFSETS, RECORDS)).isTrue();
        assertThat(made).hasSize(2);
        assertThat(made.get(1).history()).isEqualTo(RECORDS);
    }

    @Test
    void goesBackToTheBeginningWhenNothingIsCommittedYet() {
        output.open();
        made.get(0).sendOffsetsToTransactionException = new TimeoutException("no answer");

        boolean committed = output.commit(consumer, OFFSETS, RECORDS);

        assertThat(committed).isFalse();
        assertThat(consumer.position(SOURCE)).isEqualTo(3);
        assertThat(made.get(0).commitCount()).isZero();
    }

    @Test
    void stopsWhenASuccessorFencesIt() {
        output.open();
        made.get(0).fenceProducer();

        assertThatThrownBy(() -> output.commit(consumer, OFFSETS, RECORDS))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("another process took over this one's work")
                .extracting(failure -> ((UserException) failure).exitCode())
                .isEqualTo(3);
        assertThat(made).hasSize(1);
    }

    @Test
    void stopsWhenAWriteFindsItsEpochOldAndTheEndOfTheTransactionSaysThatASuccessorFencedIt() {
        output.open();
        made.get(0).sendException = new InvalidProducerEpochException("old epoch");
        made.get(0).abortTransactionException = new ProducerFencedException("there is a newer producer");

        assertThatThrownBy(() -> output.commit(consumer, OFFSETS, RECORDS))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("another process took over this one's work");
        assertThat(made).hasSize(1);
    }

    @Test
    void goesOnWithAFreshProducerWhenAWriteFindsItsEpochOldAndNobodyFencedIt() {
        output.open();
        made.get(0).sendException = new InvalidProducerEpochException("old epoch");

        assertThat(output.commit(consumer, OFFSETS, RECORDS)).isFalse();
        assertThat(output.commit(consumer, OFFSETS, RECORDS)).isTrue();
        assertThat(made).hasSize(2);
    }

    @Test
    void stopsWhenARecordCanNeverBeWritten() {
        for (RuntimeException failure :
                List.of(new RecordTooLargeException("5000000 bytes"), new TopicAuthorizationException(Set.of("out")))) {
            TransactionalOutput failing = new TransactionalOutput(() -> {
                MockProducer<byte[], byte[]> producer = mock();
                producer.sendException = failure;
                return producer;
            });

            assertThatThrownBy(() -> failing.commit(consumer, OFFSETS, RECORDS)).isInstanceOf(UserException.class);
        }
    }

    @Test
    void staysUsableWhenTheBrokerIsAwayAtTheStart() {
        TransactionalOutput late = new TransactionalOutput(() -> {
            MockProducer<byte[], byte[]> producer = mock();
            producer.initTransactionException = made.isEmpty() ? new TimeoutException("no broker") : null;
            made.add(producer);
            return producer;
        });

        late.open();

        assertThat(late.commit(consumer, OFFSETS, RECORDS)).isTrue();
        assertThat(made).hasSize(2);
    }

    @Test
    void tellsThatItWaitsWhileNoBrokerTellsTheCommittedOffsets() {
        AtomicInteger unanswered = new AtomicInteger(2);
        AtomicInteger told = new AtomicInteger();
        MockConsumer<byte[], byte[]> lonely = new MockConsumer<>("earliest") {
            @Override
            public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
                if (unanswered.getAndDecrement() > 0) {
                    throw new TimeoutException("no broker");
                }
                return super.committed(partitions);
            }
        };
        lonely.assign(List.of(SOURCE));
        lonely.updateBeginningOffsets(Map.of(SOURCE, 3L));
        TransactionalOutput waiting = new TransactionalOutput(this::producer, told::incrementAndGet);
        waiting.open();
        made.get(0).commitTransactionException = new TimeoutException("no answer");

        assertThat(waiting.commit(lonely, OFFSETS, RECORDS)).isFalse();
        assertThat(told.get()).isEqualTo(3);
    }

    @Test
    void namesFencingBeforeAnythingElseInAChainOfCauses() {
        assertThat(KafkaErrors.fatal(new IllegalStateException(new ProducerFencedException("epoch 3"))))
                .get()
                .extracting(UserException::exitCode)
                .isEqualTo(3);
        assertThat(KafkaErrors.fatal(new TimeoutException("later"))).isEmpty();
    }

    private Producer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer = mock();
        made.add(producer);
        return producer;
    }

    private static MockProducer<byte[], byte[]> mock() {
        return new MockProducer<>(true, (Partitioner) null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
