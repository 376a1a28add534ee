// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.service.DeadLetters;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.RecordChecksum;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.trainer.Arrival;
import io.coffey.trainer.Batch;
import io.coffey.trainer.Coordinate;
import io.coffey.trainer.Intake;
import io.coffey.trainer.TrainerJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the scored topic in one place, with positions of its own: no group assigns partitions, the ledger says where to
 * start. A record that cannot be trained becomes an arrival with a defect, and its dead letter waits for the step that
 * takes it.
 */
final class ScoredLog implements AutoCloseable {

    /** Whether the objective can train a trajectory; throws {@link UntrainableTrajectoryException} when not. */
    interface Trainability {
        void check(ScoredTrajectory scored);
    }

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final String deadLetterTopic;
    private final String runId;
    private final RecordCodec<ScoredTrajectory> codec;
    private final Trainability trainability;
    private final Map<Coordinate, ProducerRecord<byte[], byte[]>> deadLetters = new HashMap<>();

    ScoredLog(
            Consumer<byte[], byte[]> consumer,
            String topic,
            String deadLetterTopic,
            String runId,
            RecordCodec<ScoredTrajectory> codec,
            Trainability trainability) {
        this.consumer = consumer;
        this.topic = topic;
        this.deadLetterTopic = deadLetterTopic;
        this.runId = runId;
        this.codec = codec;
        this.trainability = trainability;
    }

    /** The scored topic that a run trains from, its own or another run's; its dead letters are its own. */
    static ScoredLog of(
            TrainerJob job,
            Topics topics,
            Codecs codecs,
            Consumer<byte[], byte[]> consumer,
            Trainability trainability) {
        Topics source = job.readsAnother() ? new Topics(job.source()) : topics;
        return new ScoredLog(
                consumer,
                source.scoredTrajectories(),
                topics.deadLetter(topics.scoredTrajectories()),
                job.source(),
                codecs.scoredTrajectories(),
                trainability);
    }

    /**
     * Starts reading.
     *
     * @param nextOffsets by partition: where to start; partitions that are not named start at their beginning
     * @param takenAhead records at or after those offsets that steps have taken already
     * @return the intake that {@link #poll} fills
     */
    Intake open(Map<Integer, Long> nextOffsets, Collection<Coordinate> takenAhead) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        consumer.assign(partitions);
        Map<Integer, Long> positions = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long beginning = beginning(partition);
            long position = nextOffsets.getOrDefault(partition.partition(), beginning);
            if (position < beginning) {
                throw lostToRetention(partition.partition(), position, beginning);
            }
            requireNotMadeAnew(partition, position);
            consumer.seek(partition, position);
            positions.put(partition.partition(), position);
        }
        return new Intake(positions, takenAhead);
    }

    /**
     * Checks that everything that ledger lines name can still be there, before the first of them is trained again.
     *
     * @throws UserException naming the first partition that begins after, or ends before, a record that is needed
     */
    void requireKept(Collection<TrainingStep> lines) {
        Map<Integer, LongSummaryStatistics> named = new TreeMap<>();
        for (TrainingStep line : lines) {
            line.trained().forEach(record -> name(named, record.partition(), record.offset()));
            line.dropped().forEach(record -> name(named, record.partition(), record.offset()));
        }
        named.forEach((number, offsets) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            long beginning = beginning(partition);
            if (offsets.getMin() < beginning) {
                throw lostToRetention(number, offsets.getMin(), beginning);
            }
            requireNotMadeAnew(partition, offsets.getMax() + 1);
        });
    }

    private static void name(Map<Integer, LongSummaryStatistics> named, int partition, long offset) {
        named.computeIfAbsent(partition, absent -> new LongSummaryStatistics()).accept(offset);
    }

    /** Nothing but another topic of the same name ends before what was read of it. */
    private void requireNotMadeAnew(TopicPartition partition, long read) {
        long end = Objects.requireNonNull(
                consumer.endOffsets(List.of(partition)).get(partition), "the broker answers for what it is asked");
        if (end < read) {
            throw new UserException(
                    ExitCode.DATA,
                    ("topic %s partition %d was read up to offset %d but ends at %d: it was deleted and made anew; restore the"
                                    + " topic or start a new run")
                            .formatted(topic, partition.partition(), read, end));
        }
    }

    /** Reads what is there, waiting at most the given time, into the intake; returns what is new. */
    List<Arrival> poll(Duration timeout, Intake intake) {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(timeout);
        } catch (OffsetOutOfRangeException e) {
            Map.Entry<TopicPartition, Long> lost =
                    e.offsetOutOfRangePartitions().entrySet().iterator().next();
            throw lostToRetention(lost.getKey().partition(), lost.getValue(), beginning(lost.getKey()));
        } catch (KafkaException e) {
            throw e.getCause() instanceof KafkaException damage ? damaged(damage) : e;
        }
        List<Arrival> arrivals = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Arrival arrival = arrival(record);
            if (intake.add(arrival)) {
                arrivals.add(arrival);
            }
        }
        for (Map.Entry<TopicPartition, OffsetAndMetadata> next :
                records.nextOffsets().entrySet()) {
            intake.advance(next.getKey().partition(), next.getValue().offset());
        }
        return arrivals;
    }

    private Arrival arrival(ConsumerRecord<byte[], byte[]> record) {
        Coordinate coordinate = new Coordinate(record.partition(), record.offset());
        int checksum = RecordChecksum.of(record.value());
        try {
            ScoredTrajectory scored = codec.decode(record.value());
            Arrival arrival = Arrival.of(runId, coordinate, checksum, scored);
            if (arrival.scored() != null) {
                trainability.check(scored);
            }
            return arrival;
        } catch (UndecodableRecordException | UntrainableTrajectoryException e) {
            deadLetters.put(coordinate, DeadLetters.of(record, deadLetterTopic, String.valueOf(e.getMessage()), 1));
            return CreditHeaders.read(record.headers())
                    .map(credit -> new Arrival(
                            coordinate,
                            checksum,
                            Trajectory.id(credit.request(), credit.sample()),
                            null,
                            DropReason.FAILED))
                    .orElseGet(() -> new Arrival(coordinate, checksum, "", null, DropReason.FOREIGN));
        }
    }

    /** Dead letters of the records that a batch drops; each is given out once. */
    List<ProducerRecord<byte[], byte[]>> deadLettersOf(Batch batch) {
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (Batch.Drop drop : batch.dropped()) {
            ProducerRecord<byte[], byte[]> letter =
                    deadLetters.remove(drop.arrival().coordinate());
            if (letter != null) {
                letters.add(letter);
            }
        }
        return letters;
    }

    /** Offsets as the consumer group's tools read them. */
    Map<TopicPartition, OffsetAndMetadata> committable(Map<Integer, Long> nextOffsets) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        nextOffsets.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        return offsets;
    }

    ConsumerGroupMetadata group() {
        return consumer.groupMetadata();
    }

    private long beginning(TopicPartition partition) {
        return Objects.requireNonNull(
                consumer.beginningOffsets(List.of(partition)).get(partition),
                "the broker answers for what it is asked");
    }

    private UserException lostToRetention(int partition, long position, long beginning) {
        return new UserException(
                ExitCode.DATA,
                ("topic %s partition %d is needed from offset %d but begins at %d: retention or a deletion took what the"
                                + " run still needs; restore the topic or start a new run")
                        .formatted(topic, partition, position, beginning));
    }

    /**
     * The client wraps what it finds wrong with fetched bytes; the cause names the partition and the batch's offset.
     */
    private static UserException damaged(KafkaException damage) {
        return new UserException(
                ExitCode.DATA,
                "a scored record was changed after it was written: %s; restore the topic from a copy"
                        .formatted(damage.getMessage()),
                damage);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
