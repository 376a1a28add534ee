// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.UndecodableRecordException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A record that has been read and not yet answered.
 *
 * @param source the record
 * @param trajectory what it holds; absent when that cannot be decoded
 * @param cause why it cannot be decoded, or why the teacher refuses it
 * @param attempt how often it was tried, from 1
 */
record Arrival(
        ConsumerRecord<byte[], byte[]> source,
        @Nullable Trajectory trajectory,
        @Nullable String cause,
        int attempt) {

    static Arrival of(ConsumerRecord<byte[], byte[]> source, RecordCodec<Trajectory> codec) {
        try {
            return new Arrival(source, codec.decode(source.value()), null, 1);
        } catch (UndecodableRecordException e) {
            return new Arrival(source, null, e.getMessage(), 1);
        }
    }

    /** The same record, refused by the teacher. */
    Arrival refused(String why) {
        return new Arrival(source, trajectory, why, attempt);
    }

    /** The same record, which ended every process that scored it. */
    Arrival exhausted(int attempts) {
        return new Arrival(
                source,
                trajectory,
                "ended the process that scored it and nothing else, times: %d: scorer.attempts allows no more"
                        .formatted(attempts),
                attempts);
    }

    /** What is to be scored, unless there is a reason not to. */
    Optional<Trajectory> scorable() {
        return Optional.ofNullable(trajectory).filter(known -> cause == null && !known.failed());
    }

    TopicPartition partition() {
        return new TopicPartition(source.topic(), source.partition());
    }

    /** Prompt and completion tokens to be scored; 0 when there is nothing to score. */
    int tokens() {
        return scorable()
                .map(known -> known.promptTokens().length + known.length())
                .orElse(0);
    }
}
