// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.ArrayList;
import java.util.List;

/** Guarantee: no trajectory, and no record of the scored topic, is trained more than once. */
final class NothingTrainedTwice {

    private NothingTrainedTwice() {}

    static void check(List<TrainingStep> ledger) {
        List<String> trajectories = new ArrayList<>();
        List<String> records = new ArrayList<>();
        for (TrainingStep step : ledger) {
            for (TrainedRecord record : step.trained()) {
                trajectories.add(record.trajectory());
                records.add(record.partition() + "@" + record.offset());
            }
        }
        assertThat(trajectories).as("trajectories trained").isNotEmpty().doesNotHaveDuplicates();
        assertThat(records).as("records trained").doesNotHaveDuplicates();
    }
}
