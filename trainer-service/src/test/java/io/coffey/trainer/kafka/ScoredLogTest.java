// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.trainer.Arrival;
import io.coffey.trainer.Batch;
import io.coffey.trainer.Intake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topic has records from offset 10 to 19. */
class ScoredLogTest {

    private static final String TOPIC = "sum.scored-trajectories";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final ScoredLog log = new ScoredLog(
            consumer,
            TOPIC,
            TOPIC + ".dead-letter",
            "sum",
            new Codecs(SchemaSource.none()).scoredTrajectories(),
            scored -> {});

    @BeforeEach
    void fill() {
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 10L));
        consumer.updateEndOffsets(Map.of(PARTITION, 20L));
    }

    @Test
    void readsOnWhereTheLedgerEndsIfThatIsThere() {
        log.open(Map.of(0, 15L), List.of());

        assertThat(consumer.position(PARTITION)).isEqualTo(15);
    }

    @Test
    void beginsAtTheEndOfATopicThatWasReadWhole() {
        log.open(Map.of(0, 20L), List.of());

        assertThat(consumer.position(PARTITION)).isEqualTo(20);
    }

    @Test
    void aRecordWithoutAValueIsSetAsideAndNoReasonToStop() {
        Intake intake = log.open(Map.of(0, 15L), List.of());
        consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, 15, new byte[] {1}, null));

        List<Arrival> arrivals = log.poll(Duration.ofMillis(1), intake);

        assertThat(arrivals).singleElement().satisfies(arrival -> {
            assertThat(arrival.defect()).isEqualTo(DropReason.FOREIGN);
            assertThat(arrival.checksum()).isZero();
        });
        Batch batch = new Batch(List.of(), List.of(new Batch.Drop(arrivals.get(0), DropReason.FOREIGN)));
        assertThat(log.deadLettersOf(batch))
                .singleElement()
                .satisfies(letter -> assertThat(
                                letter.headers().lastHeader("coffey.cause").value())
                        .asString()
                        .contains("has no value"));
    }

    @Test
    void refusesToReadOnWhereRetentionTookWhatIsNext() {
        refuses(
                () -> log.open(Map.of(0, 9L), List.of()),
                "topic sum.scored-trajectories partition 0 is needed from offset 9 but begins at 10: retention or a"
                        + " deletion took what the run still needs");
    }

    @Test
    void refusesToReadOnInAnotherTopicOfTheSameName() {
        refuses(
                () -> log.open(Map.of(0, 21L), List.of()),
                "topic sum.scored-trajectories partition 0 was read up to offset 21 but ends at 20: it was deleted and"
                        + " made anew");
    }

    @Test
    void refusesLinesWhoseRecordsAreGoneBeforeAnyIsTrained() {
        refuses(() -> log.requireKept(List.of(line(12, 19), line(9, 11))), "is needed from offset 9 but begins at 10");
        refuses(() -> log.requireKept(List.of(line(12, 20))), "was read up to offset 21 but ends at 20");
        assertThatCode(() -> log.requireKept(List.of(line(10, 19)))).doesNotThrowAnyException();
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessageContaining(message);
    }

    private static TrainingStep line(long trained, long dropped) {
        return new TrainingStep(
                "sum",
                1,
                0,
                1,
                List.of(new TrainedRecord(0, trained, "0.0", 0)),
                List.of(new DroppedRecord(0, dropped, "1.0", DropReason.FAILED)),
                Map.of(),
                0,
                "policy-gradient",
                "hash",
                0,
                Map.of(),
                "before",
                "after",
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
