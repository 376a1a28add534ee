// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import static io.coffey.rollout.Requests.exactly;
import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.RolloutRequest.VersionRule;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.rollout.FakeEngine;
import io.coffey.rollout.Requests;
import io.coffey.rollout.RolloutProgress;
import io.coffey.rollout.RolloutSection;
import io.coffey.rollout.RolloutWorker;
import io.coffey.service.DeadLetters;
import io.coffey.service.Health;
import io.coffey.service.TransactionalOutput;
import io.coffey.stream.Codecs;
import io.coffey.stream.CreditHeaders;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutLoopTest {

    private record Settings(int slots, int maxQueued, Duration commitLinger) implements RolloutSection {
        @Override
        public String workerId() {
            return "worker";
        }

        @Override
        public Duration pollTimeout() {
            return Duration.ZERO;
        }

        @Override
        public Optional<Path> teacher() {
            return Optional.empty();
        }

        @Override
        public OptionalInt threads() {
            return OptionalInt.empty();
        }
    }

    private static final int MAX_QUEUED = 8;
    private static final int MAX_VALUE_BYTES = 2000;
    private static final Topics TOPICS = new Topics("run");
    private static final TopicPartition P0 = new TopicPartition(TOPICS.rolloutRequests(), 0);
    private static final TopicPartition P1 = new TopicPartition(TOPICS.rolloutRequests(), 1);

    private final Codecs codecs = new Codecs(SchemaSource.none());
    private final StreamRecords records = new StreamRecords(TOPICS, codecs);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final FakePolicies policies = new FakePolicies();
    private final FakeEngine engine = new FakeEngine(4);
    private final RolloutWorker<ConsumerRecord<byte[], byte[]>> worker =
            new RolloutWorker<>(engine, policies, "worker", MAX_QUEUED, new RolloutProgress());
    private long now;
    private final RolloutLoop loop = new RolloutLoop(
            new Settings(4, MAX_QUEUED, Duration.ofMillis(50)),
            TOPICS.rolloutRequests(),
            consumer,
            new TransactionalOutput(this::producer),
            policies,
            worker,
            new RequestReader(codecs.rolloutRequests(), TOPICS.prefix(), "worker"),
            new AnswerWriter(TOPICS, codecs, "worker", MAX_VALUE_BYTES),
            new Health(),
            count -> {},
            () -> now);

    private Producer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    @BeforeEach
    void join() {
        loop.start();
        consumer.rebalance(List.of(P0, P1));
        consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
    }

    private void deliver(TopicPartition partition, long offset, RolloutRequest request) {
        ProducerRecord<byte[], byte[]> record = records.of(request);
        deliver(partition, offset, record.value(), (RecordHeaders) record.headers());
    }

    private void deliver(TopicPartition partition, long offset, byte @Nullable [] value, RecordHeaders headers) {
        byte[] key = ("prompt at " + offset).getBytes(StandardCharsets.UTF_8);
        consumer.addRecord(new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                key.length,
                value == null ? -1 : value.length,
                key,
                value,
                headers,
                Optional.empty()));
    }

    private void turn(int times) {
        for (int i = 0; i < times; i++) {
            loop.turn();
        }
    }

    private List<ProducerRecord<byte[], byte[]>> written(String topic) {
        return producers.stream()
                .flatMap(p -> p.history().stream())
                .filter(r -> r.topic().equals(topic))
                .toList();
    }

    private List<Trajectory> trajectories() {
        return written(TOPICS.trajectories()).stream()
                .map(r -> codecs.trajectories().decode(r.value()))
                .toList();
    }

    private List<String> ids() {
        return trajectories().stream().map(Trajectory::id).toList();
    }

    /** The offsets committed last, by partition. */
    private Map<TopicPartition, Long> committed() {
        Map<TopicPartition, Long> committed = new TreeMap<>(Comparator.comparing(TopicPartition::partition));
        producers.forEach(p -> p.consumerGroupOffsetsHistory()
                .forEach(groups ->
                        groups.values().forEach(offsets -> offsets.forEach((tp, o) -> committed.put(tp, o.offset())))));
        return committed;
    }

    private int transactions() {
        return producers.stream().mapToInt(p -> (int) p.commitCount()).sum();
    }

    @Test
    void writesTrajectoriesAndTheOffsetsTheyAnswerInOneTransaction() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(10, 0, VersionRule.EXACT, 2, 8));
        deliver(P0, 1, exactly(11, 0));

        turn(50);

        assertThat(ids()).containsExactly("10.0", "10.1", "11.0");
        assertThat(committed()).isEqualTo(Map.of(P0, 2L));
        ProducerRecord<byte[], byte[]> second = written(TOPICS.trajectories()).get(1);
        assertThat(new String(second.key(), StandardCharsets.UTF_8)).isEqualTo("prompt-10");
        assertThat(CreditHeaders.read(second.headers())).contains(new CreditHeaders(10, 1));
        assertThat(written(TOPICS.deadLetter(TOPICS.rolloutRequests()))).isEmpty();
    }

    @Test
    void writesTheAnswersOfAPartitionInItsOrder() {
        policies.announce(0);
        for (int i = 0; i < 8; i++) {
            deliver(P0, i, Requests.of(i, 0, VersionRule.EXACT, 1, 40));
        }

        turn(200);

        assertThat(ids()).containsExactly("0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0");
        assertThat(committed()).isEqualTo(Map.of(P0, 8L));
    }

    @Test
    void startsNothingBeforeItsWeightsAreAnnounced() {
        deliver(P0, 0, exactly(0, 5));
        policies.announce(4);
        turn(20);
        assertThat(engine.numbersSubmitted).isEmpty();

        policies.announce(5);
        turn(20);

        assertThat(trajectories())
                .singleElement()
                .satisfies(t -> assertThat(t.oldestVersion()).isEqualTo(5));
    }

    @Test
    void setsAsideARecordThatIsNoRequestAndReturnsItsCredits() {
        policies.announce(0);
        RecordHeaders headers = new RecordHeaders();
        new CreditHeaders(10, 1).write(headers);
        deliver(P0, 0, new byte[] {1, 2, 3}, headers);
        deliver(P0, 1, null, new RecordHeaders());
        deliver(P0, 2, exactly(11, 0));

        turn(50);

        assertThat(ids()).containsExactly("10.0", "10.1", "11.0");
        assertThat(trajectories()).extracting(Trajectory::failed).containsExactly(true, true, false);
        assertThat(trajectories()).extracting(Trajectory::runId).containsOnly("run");
        List<ProducerRecord<byte[], byte[]>> letters = written("run.rollout-requests.dead-letter");
        assertThat(letters).hasSize(2);
        assertThat(letters.get(0).value()).containsExactly(1, 2, 3);
        assertThat(letters.get(0).headers().lastHeader(DeadLetters.OFFSET).value())
                .asString()
                .isEqualTo("0");
        assertThat(committed()).isEqualTo(Map.of(P0, 3L));
    }

    @Test
    void setsAsideARequestThatDoesNotFitAndReturnsItsCredit() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(0, 0, VersionRule.EXACT, 1, 1000));

        turn(5);

        assertThat(trajectories())
                .singleElement()
                .satisfies(t -> assertThat(t.failed()).isTrue());
        assertThat(written("run.rollout-requests.dead-letter"))
                .singleElement()
                .satisfies(letter -> assertThat(
                                letter.headers().lastHeader(DeadLetters.CAUSE).value())
                        .asString()
                        .contains("the model's context is 64"));
    }

    @Test
    void returnsTheCreditOfATrajectoryTooBigToWrite() {
        policies.announce(0);
        RolloutRequest small = Requests.of(3, 0, VersionRule.EXACT, 1, 40);
        deliver(
                P0,
                0,
                new RolloutRequest(
                        small.runId(),
                        small.number(),
                        small.promptId(),
                        small.promptTokens(),
                        1,
                        small.sampling(),
                        small.seed(),
                        0,
                        VersionRule.EXACT,
                        90,
                        false,
                        0,
                        small.tokenizerFingerprint()));

        turn(100);

        assertThat(trajectories()).singleElement().satisfies(t -> {
            assertThat(t.id()).isEqualTo("3.0");
            assertThat(t.failure()).contains("but a record's value has 2000 at most");
        });
        assertThat(written("run.rollout-requests.dead-letter")).hasSize(1);
    }

    @Test
    void redoesTheSameWhenItIsNotKnownWhetherATransactionTookPlace() {
        producers.get(0).commitTransactionException = new TimeoutException("no answer");
        policies.announce(0);
        consumer.commitSync(Map.of(P0, new OffsetAndMetadata(7)));
        consumer.seek(P0, 7);
        deliver(P0, 7, Requests.of(10, 0, VersionRule.EXACT, 3, 20));
        turn(50);
        assertThat(producers.get(0).closed()).isTrue();
        assertThat(worker.held()).isZero();
        assertThat(consumer.position(P0)).isEqualTo(7);

        deliver(P0, 7, Requests.of(10, 0, VersionRule.EXACT, 3, 20));
        turn(50);

        assertThat(ids()).containsExactly("10.0", "10.1", "10.2");
        assertThat(committed()).isEqualTo(Map.of(P0, 8L));
        assertThat(producers).hasSize(2);
        assertThat(engine.numbersSubmitted).containsExactly(10L, 10L);
    }

    @Test
    void answersNothingOfARevokedPartition() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(0, 0, VersionRule.EXACT, 1, 40));
        deliver(P1, 0, Requests.of(1, 0, VersionRule.EXACT, 1, 40));
        turn(1);
        assertThat(engine.active()).isEqualTo(2);

        consumer.rebalance(List.of(P1));
        turn(60);

        assertThat(ids()).containsExactly("1.0");
        assertThat(committed()).isEqualTo(Map.of(P1, 1L));
    }

    /** The control of the test above: kept, the same partition is answered. */
    @Test
    void answersAPartitionThatItKeeps() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(0, 0, VersionRule.EXACT, 1, 40));
        deliver(P1, 0, Requests.of(1, 0, VersionRule.EXACT, 1, 40));
        turn(61);

        assertThat(ids()).containsExactlyInAnyOrder("0.0", "1.0");
        assertThat(committed()).isEqualTo(Map.of(P0, 1L, P1, 1L));
    }

    @Test
    void letsAFinishedTrajectoryWaitForCompanyWhileOthersAreSampled() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(0, 0, VersionRule.EXACT, 1, 1));
        deliver(P0, 1, Requests.of(1, 0, VersionRule.EXACT, 1, 40));
        turn(2);
        assertThat(worker.releasable()).isTrue();
        assertThat(worker.sampling()).isTrue();
        now += Duration.ofMillis(49).toNanos();
        turn(1);
        assertThat(transactions()).isZero();

        now += Duration.ofMillis(1).toNanos();
        turn(1);

        assertThat(transactions()).isEqualTo(1);
        assertThat(ids()).containsExactly("0.0");
        assertThat(committed()).isEqualTo(Map.of(P0, 1L));
    }

    @Test
    void readsNoMoreThanItMayHoldAndLosesNothing() {
        IntStream.range(0, 20).forEach(i -> deliver(P0, i, exactly(i, 0)));

        turn(1);
        assertThat(worker.held()).isEqualTo(MAX_QUEUED);
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.position(P0)).isEqualTo(MAX_QUEUED);

        policies.announce(0);
        for (int round = 0; round < 5; round++) {
            long next = consumer.position(P0);
            for (long offset = next; offset < 20; offset++) {
                deliver(P0, offset, exactly(offset, 0));
            }
            turn(60);
        }
        assertThat(consumer.paused()).isEmpty();
        assertThat(ids()).hasSize(20).doesNotHaveDuplicates();
        assertThat(committed()).isEqualTo(Map.of(P0, 20L));
    }

    @Test
    void commitsWhatIsFinishedAndGivesUpTheRestAtItsEnd() {
        policies.announce(0);
        deliver(P0, 0, Requests.of(0, 0, VersionRule.EXACT, 1, 1));
        deliver(P0, 1, Requests.of(1, 0, VersionRule.EXACT, 1, 40));
        turn(2);

        loop.finish();

        assertThat(ids()).containsExactly("0.0");
        assertThat(committed()).isEqualTo(Map.of(P0, 1L));
        assertThat(engine.active()).isZero();
    }
}
