// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reading on until what is the end of a partition now. */
final class EndOfTopic {

    private static final Duration POLL = Duration.ofMillis(100);

    private EndOfTopic() {}

    /**
     * Reads from the position of an assigned partition to its end.
     *
     * @throws TimeoutException if that takes too long
     */
    static void read(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            Duration timeout,
            java.util.function.Consumer<ConsumerRecords<byte[], byte[]>> sink) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long end = Objects.requireNonNull(
                consumer.endOffsets(Set.of(partition), timeout).get(partition));
        while (consumer.position(partition, timeout) < end) {
            if (System.nanoTime() >= deadline) {
                throw new TimeoutException(
                        "%s was not read to offset %d within %d ms".formatted(partition, end, timeout.toMillis()));
            }
            sink.accept(consumer.poll(POLL));
        }
    }
}
