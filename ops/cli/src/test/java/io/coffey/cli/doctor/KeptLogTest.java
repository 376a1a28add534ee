// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptLogTest {

    private static final String TOPIC = "sum.scored-trajectories";

    /** Steps 1 to 4, each of one record, at offsets 10, 20, 30 and 40. */
    private final List<TrainingStep> lines = lines();

    @Test
    void findsNothingMissingOfAWholeLog() {
        assertThat(KeptLog.losses(lines, TOPIC, Map.of(0, 10L))).isEmpty();
    }

    @Test
    void namesTheStepsThatCannotBeTrainedAgain() {
        assertThat(KeptLog.losses(lines, TOPIC, Map.of(0, 21L)))
                .containsExactly(
                        "topic sum.scored-trajectories no longer holds the records of steps 1 to 2, so that they cannot be trained again: restore the topic from a copy");
    }

    @Test
    void saysThatATrainerCannotGoOn() {
        assertThat(KeptLog.losses(lines, TOPIC, Map.of(0, 50L)))
                .hasSize(2)
                .contains("a trainer goes on at offset 41 of partition 0, which begins at 50");
    }

    private static List<TrainingStep> lines() {
        List<TrainingStep> lines = new ArrayList<>();
        for (long step = 1; step <= 4; step++) {
            lines.add(new TrainingStep(
                    "sum",
                    step,
                    step - 1,
                    step,
                    List.of(new TrainedRecord(0, 10 * step, step + ".0", 0)),
                    List.of(),
                    Map.of(0, 10 * step + 1),
                    16,
                    "divergence/reverse",
                    "hash",
                    7,
                    Map.of(),
                    "",
                    "",
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of()));
        }
        return lines;
    }
}
