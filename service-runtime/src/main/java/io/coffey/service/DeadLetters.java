// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Records set aside: the source's key, value and headers as they were, and headers that say where from and why. */
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
