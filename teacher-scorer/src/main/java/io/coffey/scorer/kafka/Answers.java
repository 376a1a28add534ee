// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.pair.PointlessPairException;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.ScoredReading;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.service.DeadLetters;
import io.coffey.service.Failpoint;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns trajectories into the records that answer them. Every credit comes back: with scores, or as a failed scored
 * trajectory, and then, unless it had failed before or is half of a pair that teaches nothing, with the source in the
 * dead letters. A bad score never becomes a zero.
 */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final String runId;
    private final Topics topics;
    private final StreamRecords records;
    private final Readings readings;
    private final Teacher teacher;
    private final int maxValueBytes;

    /** @param maxValueBytes largest value of a record */
    Answers(String runId, Topics topics, StreamRecords records, Readings readings, Teacher teacher, int maxValueBytes) {
        this.runId = runId;
        this.topics = topics;
        this.records = records;
        this.readings = readings;
        this.teacher = teacher;
        this.maxValueBytes = maxValueBytes;
    }

    /** The answers to a batch, in its order. */
    List<ProducerRecord<byte[], byte[]>> to(List<Arrival> batch) {
        List<Reading> scorable = new ArrayList<>();
        List<Arrival> judged =
                batch.stream().map(arrival -> judged(arrival, scorable)).toList();
        scorable.forEach(
                reading -> Failpoint.SCORE_REQUEST.reached(reading.trajectory().request()));
        Iterator<ScoredReading> next = ScoredReading.by(teacher, scorable).iterator();
        List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>(batch.size());
        for (Arrival arrival : judged) {
            answers.addAll(answer(arrival, next));
        }
        return answers;
    }

    /** Adds what is to be scored to the others, or notes why it cannot be. */
    private Arrival judged(Arrival arrival, List<Reading> scorable) {
        Optional<Trajectory> trajectory = arrival.scorable();
        if (trajectory.isEmpty()) {
            return arrival;
        }
        try {
            Reading reading = readings.of(trajectory.get());
            Optional<String> refusal = ScoredReading.refusal(teacher, reading);
            if (refusal.isPresent()) {
                return arrival.refused(refusal.get());
            }
            scorable.add(reading);
            return arrival;
        } catch (UnscorableTrajectoryException e) {
            return arrival.refused(String.valueOf(e.getMessage()));
        } catch (PointlessPairException e) {
            Trajectory passedOver = withoutTokens(trajectory.get(), String.valueOf(e.getMessage()));
            return new Arrival(arrival.source(), passedOver, null, arrival.attempt());
        }
    }

    private List<ProducerRecord<byte[], byte[]>> answer(Arrival arrival, Iterator<ScoredReading> scores) {
        Trajectory trajectory = arrival.trajectory();
        String cause = String.valueOf(arrival.cause());
        if (trajectory == null) {
            return undecodable(arrival, cause);
        } else if (trajectory.failed()) {
            return List.of(records.of(failed(trajectory, String.valueOf(trajectory.failure()))));
        } else if (arrival.cause() != null) {
            return rejected(arrival, trajectory, cause);
        }
        return scored(arrival, trajectory, scores.next());
    }

    private List<ProducerRecord<byte[], byte[]>> scored(Arrival arrival, Trajectory trajectory, ScoredReading scored) {
        ProducerRecord<byte[], byte[]> answer;
        try {
            answer = records.of(scored.trajectory());
        } catch (IllegalArgumentException e) { // the codec checks every number: what no reader would take is no score
            return rejected(arrival, trajectory, "teacher %s: %s".formatted(teacher.id(), e.getMessage()));
        }
        int size = answer.value().length;
        if (size > maxValueBytes) {
            return rejected(
                    arrival,
                    trajectory,
                    "scored trajectory takes %d bytes, expected at most %d: ask for fewer top tokens or shorter completions"
                            .formatted(size, maxValueBytes));
        }
        return List.of(answer);
    }

    private List<ProducerRecord<byte[], byte[]>> rejected(Arrival arrival, Trajectory trajectory, String cause) {
        return List.of(deadLetter(arrival, cause), records.of(failed(withoutTokens(trajectory, cause), cause)));
    }

    private List<ProducerRecord<byte[], byte[]>> undecodable(Arrival arrival, String cause) {
        ConsumerRecord<byte[], byte[]> source = arrival.source();
        List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
        answers.add(deadLetter(arrival, cause));
        Optional<CreditHeaders> credit = CreditHeaders.read(source.headers());
        credit.ifPresentOrElse(
                known -> answers.add(records.of(failed(unknown(source.key(), known, cause), cause))),
                () -> LOG.atError()
                        .addKeyValue("topic", source.topic())
                        .addKeyValue("partition", source.partition())
                        .addKeyValue("offset", source.offset())
                        .log("a record names no request, so its credit is lost; see the dead letters"));
        return answers;
    }

    private ProducerRecord<byte[], byte[]> deadLetter(Arrival arrival, String cause) {
        ConsumerRecord<byte[], byte[]> source = arrival.source();
        LOG.atWarn()
                .addKeyValue("topic", source.topic())
                .addKeyValue("partition", source.partition())
                .addKeyValue("offset", source.offset())
                .addKeyValue("cause", cause)
                .log("record set aside");
        return DeadLetters.of(source, topics.deadLetter(source.topic()), cause, arrival.attempt());
    }

    private static ScoredTrajectory failed(Trajectory trajectory, String cause) {
        return new ScoredTrajectory(trajectory, List.of(), cause);
    }

    /** The credit of a trajectory whose tokens nobody may train. */
    private static Trajectory withoutTokens(Trajectory trajectory, String cause) {
        return empty(
                trajectory.runId(),
                new CreditHeaders(trajectory.request(), trajectory.sample()),
                trajectory.promptId(),
                trajectory.promptTokens(),
                trajectory.sampling(),
                trajectory.seed(),
                trajectory.tokenizerFingerprint(),
                trajectory.workerId(),
                cause);
    }

    /** The credit of a trajectory of which only headers and key are known; what is not known is empty. */
    private Trajectory unknown(byte @Nullable [] key, CreditHeaders credit, String cause) {
        String promptId = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return empty(runId, credit, promptId, new int[0], new Sampling(1, 0, 1, 1), 0, "", "", cause);
    }

    private static Trajectory empty(
            String runId,
            CreditHeaders credit,
            String promptId,
            int[] promptTokens,
            Sampling sampling,
            long seed,
            String tokenizerFingerprint,
            String workerId,
            String cause) {
        return new Trajectory(
                runId,
                credit.request(),
                credit.sample(),
                promptId,
                promptTokens,
                new int[0],
                new byte[0],
                new float[0],
                null,
                List.of(),
                Origin.STUDENT,
                sampling,
                seed,
                FinishReason.FAILED,
                tokenizerFingerprint,
                workerId,
                null,
                null,
                null,
                cause);
    }
}
