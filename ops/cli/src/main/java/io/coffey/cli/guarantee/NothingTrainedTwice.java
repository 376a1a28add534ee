// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * No trajectory, and no record of the scored topic, is trained more than once. A ledger that trained nothing shows
 * nothing and breaks it, too.
 *
 * @param ledger lines of the run, from the first
 */
public record NothingTrainedTwice(List<TrainingStep> ledger) implements Guarantee {

    public NothingTrainedTwice {
        ledger = List.copyOf(ledger);
    }

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        Map<String, Long> trajectories = new HashMap<>();
        Map<String, Long> records = new HashMap<>();
        for (TrainingStep line : ledger) {
            for (TrainedRecord record : line.trained()) {
                Long trained = trajectories.put(record.trajectory(), line.step());
                if (trained != null) {
                    violations.add("trajectory %s was trained in step %d and in step %d"
                            .formatted(record.trajectory(), trained, line.step()));
                }
                String place = "partition %d, offset %d".formatted(record.partition(), record.offset());
                trained = records.put(place, line.step());
                if (trained != null) {
                    violations.add("the scored record at %s was trained in step %d and in step %d"
                            .formatted(place, trained, line.step()));
                }
            }
        }
        if (records.isEmpty()) {
            violations.add("no record was trained in %d steps".formatted(ledger.size()));
        }
        return violations;
    }
}
