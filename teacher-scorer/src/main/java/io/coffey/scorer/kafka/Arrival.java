// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.UndecodableRecordException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A record that has been read and not yet answered.
 *
 * @param source the record
 * @param trajectory what it holds; absent when that cannot be decoded
 * @param cause why it cannot be decoded
 */
record Arrival(
        ConsumerRecord<byte[], byte[]> source,
        @Nullable Trajectory trajectory,
        @Nullable String cause) {

    static Arrival of(ConsumerRecord<byte[], byte[]> source, RecordCodec<Trajectory> codec) {
        try {
            return new Arrival(source, codec.decode(source.value()), null);
        } catch (UndecodableRecordException e) {
            return new Arrival(source, null, e.getMessage());
        }
    }

    TopicPartition partition() {
        return new TopicPartition(source.topic(), source.partition());
    }

    /** Prompt and completion tokens to be scored; 0 when there is nothing to score. */
    int tokens() {
        return trajectory == null || trajectory.failed() ? 0 : trajectory.promptTokens().length + trajectory.length();
    }
}
