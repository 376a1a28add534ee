// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SchemaTopicTest {

    private static final Topics TOPICS = new Topics("run");
    private static final TopicPartition PARTITION = new TopicPartition("run.schemas", 0);

    private final List<ProducerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final List<MockConsumer<byte[], byte[]>> opened = new ArrayList<>();
    private final SchemaTopic topic = new SchemaTopic(this::consumer, TOPICS, Duration.ofMillis(50));

    @Test
    void publishesEverySchemaOfThisBuildUnderItsFingerprint() {
        log.addAll(published());

        assertThat(log).hasSize(8).allMatch(record -> record.topic().equals("run.schemas"));
        for (ProducerRecord<byte[], byte[]> record : log) {
            String json = new String(record.value(), UTF_8);
            assertThat(topic.schema(new String(record.key(), UTF_8))).hasValue(json);
            assertThat(json).startsWith("{\"name\":\"io.coffey.schema.").doesNotContain("doc");
        }
    }

    @Test
    void findsWhatWasPublishedAfterItLooked() {
        assertThat(topic.schema("00ff")).isEmpty();

        log.add(new ProducerRecord<>("run.schemas", "00ff".getBytes(UTF_8), "\"int\"".getBytes(UTF_8)));

        assertThat(topic.schema("00ff")).hasValue("\"int\"");
    }

    @Test
    void readsTheTopicOnlyForWhatItDoesNotKnow() {
        log.add(new ProducerRecord<>("run.schemas", "00ff".getBytes(UTF_8), "\"int\"".getBytes(UTF_8)));

        topic.schema("00ff");
        topic.schema("00ff");

        assertThat(opened).hasSize(1).allMatch(MockConsumer::closed);
    }

    @Test
    void tellsAnUnreadableTopicFromAnUnknownSchema() {
        SchemaTopic unreachable = new SchemaTopic(
                () -> {
                    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
                    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
                    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
                    return consumer;
                },
                TOPICS,
                Duration.ofMillis(20));

        assertThatThrownBy(() -> unreachable.schema("00ff"))
                .isInstanceOf(KafkaException.class)
                .hasMessage("run.schemas-0 was not read to offset 1 within 20 ms");
    }

    @Test
    void reportsThatTheBrokerRefusedASchema() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized void flush() {
                        while (errorNext(new AuthorizationException("not allowed"))) {}
                    }
                };

        assertThatThrownBy(() -> SchemaTopic.publish(producer, TOPICS))
                .isInstanceOf(KafkaException.class)
                .hasMessageStartingWith("cannot publish schemas to run.schemas: ")
                .hasMessageContaining("not allowed");
    }

    private static List<ProducerRecord<byte[], byte[]>> published() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        SchemaTopic.publish(producer, TOPICS);
        return producer.history();
    }

    private Consumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) log.size()));
        consumer.schedulePollTask(() -> {
            for (int offset = 0; offset < log.size(); offset++) {
                ProducerRecord<byte[], byte[]> record = log.get(offset);
                consumer.addRecord(new ConsumerRecord<>("run.schemas", 0, offset, record.key(), record.value()));
            }
        });
        opened.add(consumer);
        return consumer;
    }
}
