// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Ledger lines for tests. */
final class Lines {

    private Lines() {}

    static TrainingStep step(
            long step, long requests, int trained, Map<String, Double> metrics, DropReason... dropReasons) {
        List<TrainedRecord> trainedRecords = new ArrayList<>();
        for (int i = 0; i < trained; i++) {
            trainedRecords.add(new TrainedRecord(0, i, step + "." + i, 0));
        }
        List<DroppedRecord> droppedRecords = new ArrayList<>();
        for (DropReason reason : dropReasons) {
            droppedRecords.add(new DroppedRecord(0, trained, step + ".dropped", reason));
        }
        return new TrainingStep(
                "sum",
                step,
                step - 1,
                step,
                trainedRecords,
                droppedRecords,
                Map.of(),
                requests,
                "divergence/reverse",
                "hash",
                7,
                Map.of(),
                "before-" + step,
                "after-" + step,
                metrics,
                Map.of(),
                Map.of(),
                Map.of());
    }
}
