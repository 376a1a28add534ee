// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.ScorerSection;
import io.coffey.scorer.Trajectories;
import io.coffey.scorer.teacher.FakeTeacher;
import io.coffey.service.DeadLetters;
import io.coffey.service.Health;
import io.coffey.stream.Codecs;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class ScorerServiceTest {

    private static final Topics TOPICS = new Topics("run");
    private static final TopicPartition ZERO = new TopicPartition("run.trajectories", 0);
    private static final TopicPartition ONE = new TopicPartition("run.trajectories", 1);

    /** Commits that leave word of what a scorer begins with, for all partitions of its first batch. */
    private static final int NOTE = 1;

    private final Codecs codecs = new Codecs(SchemaSource.none());
    private final StreamRecords records = new StreamRecords(TOPICS, codecs);
    private final FakeTeacher teacher = new FakeTeacher();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private int failingCommits;
    private Readings readings = Readings.PLAIN;

    @Test
    void answersABatchInOneTransactionWithItsOffsets() {
        run(48, List.of(source(ZERO, 4, Trajectories.ofLength(0, 3)), source(ONE, 7, Trajectories.ofLength(1, 2))));

        List<ScoredTrajectory> scored = scored();
        assertThat(scored).extracting(one -> one.trajectory().id()).containsExactly("0.0", "1.0");
        assertThat(scored.get(0).scores().get(0).logProbs()).containsExactly(-0.125f, -0.25f, -0.375f);
        assertThat(scored.get(0).scores().get(0).logRatios()).containsExactly(0.375f, 0.25f, 0.125f);
        assertThat(sent().get(0).key()).isEqualTo("p0".getBytes(StandardCharsets.UTF_8));
        assertThat(CreditHeaders.read(sent().get(1).headers())).contains(new CreditHeaders(1, 0));
        assertThat(producers.get(0).commitCount()).isEqualTo(1 + NOTE);
        assertThat(committed()).isEqualTo(Map.of(ZERO, 5L, ONE, 8L));
        assertThat(teacher.closed).isTrue();
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void cutsWhatIsThereIntoBatchesOfTheTokenBudget() {
        List<ConsumerRecord<byte[], byte[]>> sources = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sources.add(source(ZERO, i, Trajectories.ofLength(i, 6)));
        }
        sources.add(source(ZERO, 5, Trajectories.ofLength(5, 18)));

        run(16, sources);

        assertThat(teacher.calls).containsExactly(2, 2, 1, 1);
        assertThat(producers.get(0).commitCount()).isEqualTo(4 + NOTE);
        assertThat(committed()).isEqualTo(Map.of(ZERO, 6L));
    }

    @Test
    void passesAFailedTrajectoryOnWithItsReason() {
        run(48, List.of(source(ZERO, 0, Trajectories.failed(3, "prompt too long"))));

        assertThat(scored()).hasSize(1);
        assertThat(scored().get(0).failure()).isEqualTo("prompt too long");
        assertThat(deadLetters()).isEmpty();
        assertThat(teacher.calls).isEmpty();
    }

    @Test
    void setsAsideWhatCannotBeDecodedAndReturnsTheCredit() {
        ConsumerRecord<byte[], byte[]> garbage =
                new ConsumerRecord<>(ZERO.topic(), 0, 9, "p8".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3});
        new CreditHeaders(8, 2).write(garbage.headers());

        run(48, List.of(garbage, source(ZERO, 10, Trajectories.ofLength(9, 2))));

        assertThat(deadLetters()).hasSize(1);
        assertThat(deadLetters().get(0).value()).containsExactly(1, 2, 3);
        assertThat(header(deadLetters().get(0), DeadLetters.OFFSET)).isEqualTo("9");
        assertThat(header(deadLetters().get(0), DeadLetters.CAUSE)).startsWith("cannot decode");
        assertThat(scored()).extracting(one -> one.trajectory().id()).containsExactly("8.2", "9.0");
        ScoredTrajectory returned = scored().get(0);
        assertThat(returned.failure()).startsWith("cannot decode");
        assertThat(returned.trajectory().promptId()).isEqualTo("p8");
        assertThat(returned.trajectory().runId()).isEqualTo("run");
        assertThat(returned.trajectory().failed()).isTrue();
        assertThat(producers.get(0).commitCount()).isEqualTo(1 + NOTE);
    }

    @Test
    void setsAsideWhatNamesNoRequestAndGoesOn() {
        run(48, List.of(new ConsumerRecord<>(ZERO.topic(), 0, 9, null, null)));

        assertThat(deadLetters()).hasSize(1);
        assertThat(scored()).isEmpty();
        assertThat(committed()).isEqualTo(Map.of(ZERO, 10L));
    }

    @Test
    void neverTurnsAScoreThatIsNoNumberIntoAReward() {
        Trajectory poisoned = Trajectories.of(1, new int[] {1}, new int[] {2, FakeTeacher.POISON}, "tok", null, null);

        run(
                48,
                List.of(
                        source(ZERO, 0, Trajectories.ofLength(0, 2)),
                        source(ZERO, 1, poisoned),
                        source(ZERO, 2, Trajectories.ofLength(2, 2))));

        assertThat(scored()).extracting(ScoredTrajectory::failed).containsExactly(false, true, false);
        assertThat(scored().get(1).scores()).isEmpty();
        assertThat(scored().get(1).failure()).contains("teacher fake", "logProbs[1] is NaN");
        assertThat(scored().get(2).scores().get(0).logProbs()).containsExactly(-0.125f, -0.25f);
        assertThat(deadLetters()).hasSize(1);
        assertThat(header(deadLetters().get(0), DeadLetters.OFFSET)).isEqualTo("1");
    }

    @Test
    void setsAsideWhatTheTeacherRefuses() {
        Trajectory foreign = Trajectories.of(4, new int[] {1}, new int[] {2}, "other", null, null);

        run(48, List.of(source(ZERO, 0, foreign)));

        assertThat(scored().get(0).failure()).isEqualTo("tokenizer is other, expected tok");
        assertThat(scored().get(0).trajectory().promptTokens()).containsExactly(1);
        assertThat(deadLetters()).hasSize(1);
        assertThat(teacher.calls).isEmpty();
    }

    @Test
    void scoresUnderThePromptsReferenceAndNamesItsHash() {
        readings = new FakeReadings(Map.of("p0", new int[] {9, 9, 9}));

        run(48, List.of(source(ZERO, 0, Trajectories.ofLength(0, 2))));

        assertThat(teacher.prompts).containsExactly(new int[] {9, 9, 9});
        assertThat(scored().get(0).scores().get(0).contextHash()).isEqualTo("hash of p0");
        assertThat(scored().get(0).trajectory().promptTokens()).containsExactly(3, 1);
    }

    @Test
    void setsAsideWhatHasNoReferenceAndScoresTheOthers() {
        readings = new FakeReadings(Map.of("p1", new int[] {9}));

        run(48, List.of(source(ZERO, 0, Trajectories.ofLength(0, 2)), source(ZERO, 1, Trajectories.ofLength(1, 2))));

        assertThat(scored()).extracting(ScoredTrajectory::failure).containsExactly("no reference of p0", null);
        assertThat(scored().get(0).trajectory().id()).isEqualTo("0.0");
        assertThat(deadLetters()).hasSize(1);
        assertThat(header(deadLetters().get(0), DeadLetters.CAUSE)).isEqualTo("no reference of p0");
        assertThat(committed()).isEqualTo(Map.of(ZERO, 2L));
    }

    @Test
    void attachesTheResponsePreferredAndTheSumsOfBoth() {
        readings = new FakePairs(Map.of("p0", new int[] {4, 2}, "p1", new int[] {8}));

        run(48, List.of(source(ZERO, 0, Trajectories.ofLength(0, 3)), source(ZERO, 1, Trajectories.ofLength(1, 1))));

        // -1/8, -2/8, -3/8 of the trajectory and -4/8, -2/8 of the response; then -1/8 and -8/8
        assertThat(scored()).hasSize(2);
        PreferencePair first = pair(scored().get(0));
        assertThat(first.chosen()).containsExactly(4, 2);
        assertThat(first.referenceRejected()).isEqualTo(-0.75);
        assertThat(first.referenceChosen()).isEqualTo(-0.75);
        assertThat(pair(scored().get(1)).referenceRejected()).isEqualTo(-0.125);
        assertThat(pair(scored().get(1)).referenceChosen()).isEqualTo(-1);
        assertThat(scored().get(0).scores()).hasSize(1);
        assertThat(scored().get(0).scores().get(0).revision()).isEqualTo("r1");
        assertThat(teacher.calls).containsExactly(4);
    }

    @Test
    void returnsTheCreditOfAPairThatTeachesNothingAndSetsNothingAside() {
        readings = new FakePairs(Map.of("p1", new int[] {8}));

        run(48, List.of(source(ZERO, 0, Trajectories.ofLength(0, 3)), source(ZERO, 1, Trajectories.ofLength(1, 1))));

        assertThat(scored())
                .extracting(ScoredTrajectory::failure)
                .containsExactly("pair passed over: none is better", null);
        assertThat(scored().get(0).trajectory().id()).isEqualTo("0.0");
        assertThat(scored().get(0).trajectory().failed()).isTrue();
        assertThat(deadLetters()).isEmpty();
        assertThat(committed()).isEqualTo(Map.of(ZERO, 2L));
    }

    @Test
    void setsAsideAPairWhoseResponseCannotBeScored() {
        readings = new FakePairs(Map.of("p0", new int[] {99}, "p1", new int[] {FakeTeacher.POISON}));

        run(48, List.of(source(ZERO, 0, Trajectories.ofLength(0, 3)), source(ZERO, 1, Trajectories.ofLength(1, 1))));

        assertThat(scored()).extracting(ScoredTrajectory::failed).containsExactly(true, true);
        assertThat(scored().get(0).failure()).isEqualTo("token 99 is outside the vocabulary of 20");
        assertThat(scored().get(1).failure()).contains("a pair's sums", "NaN and -0.125");
        assertThat(deadLetters()).hasSize(2);
    }

    private static PreferencePair pair(ScoredTrajectory scored) {
        return Objects.requireNonNull(scored.pair());
    }

    @Test
    void commitsNothingWhenItIsStoppedWhileItWaitsForReferences() {
        FakeReadings endless = new FakeReadings(Map.of());
        endless.ready = false;
        readings = endless;
        ScorerService service = service(48);
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(ZERO, ONE));
            consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
            consumer.addRecord(source(ZERO, 0, Trajectories.ofLength(0, 2)));
        });
        consumer.schedulePollTask(service::stop);

        service.run();

        assertThat(sent()).isEmpty();
        assertThat(producers.get(0).commitCount()).isZero();
        assertThat(endless.closed).isTrue();
    }

    @Test
    void readsAgainWhatWasNotCommitted() {
        failingCommits = 1;
        ConsumerRecord<byte[], byte[]> source = source(ZERO, 0, Trajectories.ofLength(0, 2));

        run(48, List.of(source), () -> consumer.addRecord(source));

        assertThat(producers).hasSize(2);
        assertThat(producers.get(0).commitCount()).isEqualTo(NOTE);
        assertThat(producers.get(1).commitCount()).isEqualTo(1);
        assertThat(teacher.calls).containsExactly(1, 1);
        assertThat(producers.get(1).history()).hasSize(1);
    }

    @Test
    void leavesThePartitionsThatAnotherScorerTookOver() {
        Inbox inbox = new Inbox(codecs.trajectories());
        consumer.assign(List.of(ZERO, ONE));
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
        consumer.addRecord(source(ZERO, 0, Trajectories.ofLength(0, 3)));
        consumer.addRecord(source(ONE, 0, Trajectories.ofLength(1, 2)));
        inbox.add(consumer.poll(Duration.ZERO));

        inbox.forget(List.of(ZERO));

        assertThat(inbox.tokens()).isEqualTo(4);
        assertThat(inbox.take(48)).extracting(Arrival::partition).containsExactly(ONE);
        assertThat(inbox.isEmpty()).isTrue();
    }

    private void run(int tokenBudget, List<ConsumerRecord<byte[], byte[]>> sources) {
        run(tokenBudget, sources, () -> {});
    }

    /** Runs the service over some records and stops it when they are answered. */
    private void run(int tokenBudget, List<ConsumerRecord<byte[], byte[]>> sources, Runnable secondPoll) {
        ScorerService service = service(tokenBudget);
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(ZERO, ONE));
            consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
            sources.forEach(consumer::addRecord);
        });
        consumer.schedulePollTask(secondPoll);
        consumer.schedulePollTask(service::stop);

        service.run();

        assertThat(service.health().state().phase()).isEqualTo(Health.Phase.RUNNING);
        assertThat(service.health().state().units()).isEqualTo(sources.size());
    }

    private ScorerService service(int tokenBudget) {
        return new ScorerService(
                "run", TOPICS, () -> consumer, this::producer, codecs, settings(tokenBudget), readings, teacher);
    }

    private Producer<byte[], byte[]> producer() {
        boolean failing = producers.size() < failingCommits;
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, (Partitioner) null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void commitTransaction() {
                        if (failing && !uncommittedRecords().isEmpty()) {
                            throw new TimeoutException("no answer");
                        }
                        super.commitTransaction();
                    }
                };
        producers.add(producer);
        return producer;
    }

    private ConsumerRecord<byte[], byte[]> source(TopicPartition partition, long offset, Trajectory trajectory) {
        ProducerRecord<byte[], byte[]> sent = records.of(trajectory);
        ConsumerRecord<byte[], byte[]> source =
                new ConsumerRecord<>(partition.topic(), partition.partition(), offset, sent.key(), sent.value());
        sent.headers().forEach(source.headers()::add);
        return source;
    }

    private List<ProducerRecord<byte[], byte[]>> sent() {
        return producers.stream().flatMap(one -> one.history().stream()).toList();
    }

    private List<ScoredTrajectory> scored() {
        return sent().stream()
                .filter(record -> record.topic().equals("run.scored-trajectories"))
                .map(record -> codecs.scoredTrajectories().decode(record.value()))
                .toList();
    }

    private List<ProducerRecord<byte[], byte[]>> deadLetters() {
        return sent().stream()
                .filter(record -> record.topic().equals("run.trajectories.dead-letter"))
                .toList();
    }

    private Map<TopicPartition, Long> committed() {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map<String, Map<TopicPartition, OffsetAndMetadata>> commit :
                producers.get(0).consumerGroupOffsetsHistory()) {
            commit.values().forEach(all -> all.forEach((partition, offset) -> offsets.put(partition, offset.offset())));
        }
        return offsets;
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static ScorerSection settings(int tokenBudget) {
        return new ScorerSection() {
            @Override
            public int tokenBudget() {
                return tokenBudget;
            }

            @Override
            public Duration maxBatchDelay() {
                return Duration.ZERO;
            }

            @Override
            public int attempts() {
                return 2;
            }

            @Override
            public String teacherId() {
                return "fake";
            }

            @Override
            public String workerId() {
                return "0";
            }

            @Override
            public OptionalInt threads() {
                return OptionalInt.empty();
            }
        };
    }
}
