// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.DeadLetters;
import io.coffey.service.KafkaClients;
import io.coffey.service.KafkaErrors;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.TopicCatalogue;
import io.coffey.stream.TopicProvisioner;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.TopicSpec;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * The largest record that services write goes through, and a topic that would refuse it is refused before a run begins.
 */
class RecordSizeIT extends OnOneBroker {

    private static final Random RANDOM = new Random(20261123);

    @Test
    void theLargestRecordGoesThroughWithKeyHeadersAndAsADeadLetterAndTheNextLargerIsRefusedByName() throws Exception {
        Observer observer = new Observer(broker.bootstrapServers(), "sizes");
        String topic = observer.topics().trajectories();
        String deadLetters = observer.topics().deadLetter(topic);
        make(TopicCatalogue.of(observer.topics(), TopicSettings.of(1, 1)));

        observer.write(record(topic, KafkaClients.MAX_VALUE_BYTES - 1));
        observer.write(record(topic, KafkaClients.MAX_VALUE_BYTES));
        List<ConsumerRecord<byte[], byte[]>> written = observer.read(topic);
        observer.write(DeadLetters.of(written.get(1), deadLetters, "w".repeat(10_000), 1));

        assertThat(written)
                .extracting(record -> record.value().length)
                .containsExactly(KafkaClients.MAX_VALUE_BYTES - 1, KafkaClients.MAX_VALUE_BYTES);
        assertThat(observer.read(deadLetters).get(0).value())
                .isEqualTo(written.get(1).value());
        assertThatThrownBy(() -> observer.write(record(topic, KafkaClients.MAX_RECORD_BYTES)))
                .isInstanceOf(ExecutionException.class)
                .satisfies(refusal -> assertThat(KafkaErrors.fatal(refusal))
                        .hasValueSatisfying(said -> assertThat(said)
                                .hasMessageStartingWith("a record is too large for its topic, whose max.message.bytes"
                                        + " has to be 4194304 or more: ")));
    }

    @Test
    void aTopicThatTakesLessIsRefusedBeforeTheRunBegins() throws Exception {
        Topics topics = new Topics("narrow");
        make(List.of(new TopicSpec(topics.trajectories(), 2, (short) 1, Map.of("max.message.bytes", "4194303"))));

        mustEnd(
                new SumRun(directory, "narrow", 3).on(broker.bootstrapServers()).start("load"),
                3,
                "topic narrow.trajectories: max.message.bytes is 4194303, expected 4194304 or more",
                "kafka-configs.sh --alter --entity-type topics --entity-name narrow.trajectories --add-config"
                        + " max.message.bytes=4194304");
    }

    private static void make(List<TopicSpec> specs) {
        try (Admin admin = new KafkaClients(broker.bootstrapServers(), Map.of()).admin()) {
            TopicProvisioner.apply(admin, specs, Duration.ofSeconds(30));
        }
    }

    /** Of bytes that no compression makes smaller. */
    private static ProducerRecord<byte[], byte[]> record(String topic, int size) {
        byte[] key = new byte[1000];
        byte[] value = new byte[size];
        RANDOM.nextBytes(key);
        RANDOM.nextBytes(value);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
        new CreditHeaders(Long.MAX_VALUE, 3).write(record.headers());
        return record;
    }
}
