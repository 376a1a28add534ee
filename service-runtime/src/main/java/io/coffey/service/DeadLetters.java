// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Records set aside: the source's key, value and headers as they were, and headers that say where from and why. A
 * letter is never changed: that it was dealt with is said by a later record of its partition, without a value.
 */
public final class DeadLetters {

    /** Header: topic of the source record. */
    public static final String TOPIC = "coffey.topic";
    /** Header: partition of the source record, decimal. */
    public static final String PARTITION = "coffey.partition";
    /** Header: offset of the source record, decimal. */
    public static final String OFFSET = "coffey.offset";
    /** Header: why it was set aside, one line. */
    public static final String CAUSE = "coffey.cause";
    /** Header: how often it was tried, decimal, from 1. */
    public static final String ATTEMPT = "coffey.attempt";

    /** Header of a resolution: the letter that it deals with, {@code PARTITION@OFFSET} of the dead-letter topic. */
    public static final String RESOLVES = "coffey.resolves";
    /** Header of a resolution: what was done, {@code redrive} or {@code drop}. */
    public static final String ACTION = "coffey.action";
    /** Header of a redrive: where the source's bytes were written again, {@code PARTITION@OFFSET} of its topic. */
    public static final String WRITTEN = "coffey.written";
    /** Header of a resolution: why, in a person's words; absent where nobody said. */
    public static final String NOTE = "coffey.note";

    private static final Set<String> OWN = Set.of(TOPIC, PARTITION, OFFSET, CAUSE, ATTEMPT);

    private DeadLetters() {}

    /**
     * The dead letter of a record.
     *
     * @param source record to set aside
     * @param deadLetterTopic where to
     * @param cause why, one line
     * @param attempt how often it was tried, from 1
     */
    public static ProducerRecord<byte[], byte[]> of(
            ConsumerRecord<byte[], byte[]> source, String deadLetterTopic, String cause, int attempt) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(deadLetterTopic, source.key(), source.value());
        for (Header header : source.headers()) {
            letter.headers().add(header);
        }
        put(letter, TOPIC, source.topic());
        put(letter, PARTITION, Integer.toString(source.partition()));
        put(letter, OFFSET, Long.toString(source.offset()));
        put(letter, CAUSE, cause);
        put(letter, ATTEMPT, Integer.toString(attempt));
        return letter;
    }

    /**
     * The source's record again: key, value and headers as they were.
     *
     * @param letter a dead letter
     * @param topic of the source
     * @param partition of the source
     */
    public static ProducerRecord<byte[], byte[]> source(
            ConsumerRecord<byte[], byte[]> letter, String topic, int partition) {
        ProducerRecord<byte[], byte[]> source = new ProducerRecord<>(topic, partition, letter.key(), letter.value());
        for (Header header : letter.headers()) {
            if (!OWN.contains(header.key())) {
                source.headers().add(header);
            }
        }
        return source;
    }

    /**
     * Says that a letter was dealt with.
     *
     * @param letter the dead letter
     * @param headers of the resolution, by name, beside the one that names the letter
     */
    public static ProducerRecord<byte[], byte[]> resolution(
            ConsumerRecord<byte[], byte[]> letter, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> resolution =
                new ProducerRecord<>(letter.topic(), letter.partition(), letter.key(), null);
        put(resolution, RESOLVES, "%d@%d".formatted(letter.partition(), letter.offset()));
        headers.forEach((name, value) -> put(resolution, name, value));
        return resolution;
    }

    /** How many of some records to write are dead letters. */
    public static long among(Collection<ProducerRecord<byte[], byte[]>> records) {
        return records.stream()
                .filter(record -> record.headers().lastHeader(CAUSE) != null)
                .count();
    }

    private static void put(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().remove(name);
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
