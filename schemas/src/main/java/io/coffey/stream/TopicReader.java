// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a whole topic, from its beginning to where it ends now. */
public final class TopicReader {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private TopicReader() {}

    /**
     * Hands over every committed record of a topic, in offset order within a partition.
     *
     * @param consumer one without a group; its assignment is replaced
     * @param handler told of each record
     * @throws org.apache.kafka.common.errors.TimeoutException if a partition takes longer than five minutes
     */
    public static void readToEnd(
            Consumer<byte[], byte[]> consumer,
            String topic,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        for (TopicPartition partition : partitions) {
            EndOfTopic.read(consumer, partition, TIMEOUT, records -> records.forEach(handler));
        }
    }
}
