// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.nio.charset.StandardCharsets;
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
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The schemas of everyone who ever wrote to the stream, in a compacted topic: key is the fingerprint in hexadecimal,
 * value the canonical form as JSON. So records can be read without a registry and long after their writer is gone. Safe
 * for use by several threads.
 */
public final class SchemaTopic implements SchemaSource {

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TopicPartition partition;
    private final Duration timeout;
    private final Map<String, String> schemas = new HashMap<>();

    /**
     * A source that reads the topic when it is first asked for something.
     *
     * @param consumers makes a consumer without a group; one is made and closed at each reading
     * @param timeout how long a reading may take
     */
    public SchemaTopic(Supplier<Consumer<byte[], byte[]>> consumers, Topics topics, Duration timeout) {
        this.consumers = consumers;
        this.partition = new TopicPartition(topics.schemas(), 0);
        this.timeout = timeout;
    }

    /**
     * Writes the schemas of this build and waits until the broker has them. Comes before the first record of a run;
     * doing it again does no harm.
     *
     * @param producer a producer without transactions
     * @throws KafkaException if the broker refuses
     */
    public static void publish(Producer<byte[], byte[]> producer, Topics topics) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Schema schema : BundledSchemas.all()) {
            byte[] key = SchemaFingerprint.hex(SchemaFingerprint.of(schema)).getBytes(StandardCharsets.US_ASCII);
            byte[] value = SchemaNormalization.toParsingForm(schema).getBytes(StandardCharsets.UTF_8);
            records.add(new ProducerRecord<>(topics.schemas(), key, value));
        }
        write(producer, topics, records);
    }

    /**
     * Writes the schemas of one run to the topic of another, which reads its records.
     *
     * @param consumer one without a group
     * @param producer a producer without transactions
     * @throws KafkaException if the broker refuses
     */
    public static void copy(
            Consumer<byte[], byte[]> consumer, Topics from, Producer<byte[], byte[]> producer, Topics to) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicReader.readToEnd(
                consumer,
                from.schemas(),
                record -> records.add(new ProducerRecord<>(to.schemas(), record.key(), record.value())));
        write(producer, to, records);
    }

    private static void write(
            Producer<byte[], byte[]> producer, Topics topics, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        producer.flush();
        for (Future<RecordMetadata> future : sent) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new KafkaException(
                        "cannot publish schemas to %s: %s".formatted(topics.schemas(), e.getMessage()), e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws KafkaException if the topic cannot be read; the record at hand is not to blame
     */
    @Override
    public synchronized Optional<String> schema(String fingerprint) {
        if (!schemas.containsKey(fingerprint)) {
            readToEnd();
        }
        return Optional.ofNullable(schemas.get(fingerprint));
    }

    private void readToEnd() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            EndOfTopic.read(consumer, partition, timeout, records -> records.forEach(this::remember));
        }
    }

    private void remember(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null && record.value() != null) {
            schemas.put(
                    new String(record.key(), StandardCharsets.US_ASCII),
                    new String(record.value(), StandardCharsets.UTF_8));
        }
    }
}
