// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.rollout.Answer;
import io.coffey.service.DeadLetters;
import io.coffey.stream.Codecs;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns answers into records: trajectories, and a dead letter where a request failed. A trajectory too big to be
 * written becomes a failed one that says so, because its credit must travel on.
 */
final class AnswerWriter {

    private static final int FIRST_ATTEMPT = 1;

    private final Topics topics;
    private final Codecs codecs;
    private final StreamRecords records;
    private final String workerId;
    private final int maxValueBytes;

    /** @param maxValueBytes largest value of a record */
    AnswerWriter(Topics topics, Codecs codecs, String workerId, int maxValueBytes) {
        this.topics = topics;
        this.codecs = codecs;
        this.records = new StreamRecords(topics, codecs);
        this.workerId = workerId;
        this.maxValueBytes = maxValueBytes;
    }

    /** The records of some answers, in their order. */
    List<ProducerRecord<byte[], byte[]>> records(List<Answer<ConsumerRecord<byte[], byte[]>>> answers) {
        List<ProducerRecord<byte[], byte[]>> output = new ArrayList<>();
        for (Answer<ConsumerRecord<byte[], byte[]>> answer : answers) {
            add(answer, output);
        }
        return output;
    }

    private void add(Answer<ConsumerRecord<byte[], byte[]>> answer, List<ProducerRecord<byte[], byte[]>> output) {
        String cause = answer.cause();
        for (Trajectory trajectory : answer.trajectories()) {
            ProducerRecord<byte[], byte[]> record = records.of(trajectory);
            String problem = problem(trajectory, record);
            if (problem != null) {
                record = records.of(failed(answer.source(), trajectory, problem));
                cause = cause == null ? problem : cause;
            }
            output.add(record);
        }
        if (cause != null) {
            String deadLetters = topics.deadLetter(topics.rolloutRequests());
            output.add(DeadLetters.of(answer.source(), deadLetters, cause, FIRST_ATTEMPT));
        }
    }

    private @Nullable String problem(Trajectory trajectory, ProducerRecord<byte[], byte[]> record) {
        int size = record.value().length;
        return size <= maxValueBytes
                ? null
                : "trajectory %s takes %d bytes, but a record's value has %d at most: ask for fewer student top tokens or a shorter completion"
                        .formatted(trajectory.id(), size, maxValueBytes);
    }

    private Trajectory failed(ConsumerRecord<byte[], byte[]> source, Trajectory trajectory, String problem) {
        RolloutRequest request = codecs.rolloutRequests().decode(source.value());
        return Trajectory.failed(request, trajectory.sample(), workerId, problem);
    }
}
