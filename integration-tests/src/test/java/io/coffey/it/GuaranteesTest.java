// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Negative controls: each guarantee fails on a ledger that breaks it. */
class GuaranteesTest {

    /** Token ids of 5+7+0=12,8+7. */
    private static final int[] SECRET_IDS = {7, 12, 9, 12, 2, 13, 3, 4, 14, 10, 12, 9};

    private static final TrainingStep OPENING = step(0);

    @Test
    void aTrajectoryTrainedTwiceIsCaught() {
        List<TrainingStep> ledger = List.of(
                OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)), step(2, new TrainedRecord(0, 9, "0.0", 0)));

        assertThatThrownBy(() -> NothingTrainedTwice.check(ledger)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aRecordTrainedTwiceIsCaught() {
        List<TrainingStep> ledger = List.of(
                OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)), step(2, new TrainedRecord(0, 3, "1.0", 0)));

        assertThatThrownBy(() -> NothingTrainedTwice.check(ledger)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aLostTrajectoryIsCaught() {
        List<TrainingStep> ledger = List.of(OPENING, step(1, new TrainedRecord(0, 3, "0.0", 0)));

        assertThatThrownBy(() -> NothingLost.check(ledger, 1, 2)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aMissingStepIsCaught() {
        List<TrainingStep> ledger = List.of(OPENING, step(2, new TrainedRecord(0, 3, "0.0", 0)));

        assertThatThrownBy(() -> NothingLost.check(ledger, 2, 0)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aPieceOfAReferenceIsCaughtWhereverItIs() {
        byte[] clean = {1, 2, 3};
        byte[] text = "so 5+7+0=12,8+7 it is".getBytes(StandardCharsets.UTF_8);
        byte[] ids = new byte[2 * SECRET_IDS.length];
        for (int i = 0; i < SECRET_IDS.length; i++) {
            ids[2 * i] = (byte) SECRET_IDS[i];
        }
        try (Tokenizer tokenizer =
                Tokenizer.load(Path.of(System.getProperty("coffey.root"), "examples/addition/student"))) {
            NeverShown guarantee = new NeverShown(List.of("5+7+0=12,8+7"), tokenizer);

            guarantee.check("t", List.of(new ConsumerRecord<>("t", 0, 0, clean, clean)));
            for (byte[] leak : List.of(text, ids)) {
                ConsumerRecord<byte[], byte[]> inHeader = new ConsumerRecord<>("t", 0, 0, clean, clean);
                inHeader.headers().add("h", leak);
                for (ConsumerRecord<byte[], byte[]> record : List.of(
                        new ConsumerRecord<>("t", 0, 0, clean, leak),
                        new ConsumerRecord<>("t", 0, 0, leak, clean),
                        inHeader)) {
                    assertThatThrownBy(() -> guarantee.check("t", List.of(record)))
                            .isInstanceOf(AssertionError.class);
                }
            }
            assertThatThrownBy(() -> guarantee.check("t", List.of())).isInstanceOf(AssertionError.class);
        }
    }

    private static TrainingStep step(long number, TrainedRecord... trained) {
        return new TrainingStep(
                "run",
                number,
                0,
                number,
                List.of(trained),
                List.of(),
                Map.of(),
                0,
                "divergence",
                "hash",
                7,
                Map.of(),
                "",
                "",
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
