// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.trainer.Coordinate;
import io.coffey.trainer.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * No token is trained that was sampled with weights older than the bound allows, nor with weights that did not exist
 * before the step; in a snapshot every token is of version 0. What a teacher wrote does not age.
 *
 * @param ledger lines of the run, from the first
 * @param scored by place in the scored topic: what was scored
 * @param pace its bound
 */
public record StalenessBounded(List<TrainingStep> ledger, Map<Coordinate, RunRecords.Scored> scored, Pace pace)
        implements Guarantee {

    public StalenessBounded {
        ledger = List.copyOf(ledger);
    }

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (TrainingStep line : ledger) {
            for (TrainedRecord record : line.trained()) {
                check(line.step(), record, violations);
            }
        }
        return violations;
    }

    private void check(long step, TrainedRecord record, List<String> violations) {
        RunRecords.Scored found = scored.get(new Coordinate(record.partition(), record.offset()));
        if (found == null || !found.trajectory().equals(record.trajectory())) {
            violations.add("step %d trained trajectory %s from partition %d, offset %d, where there is %s"
                    .formatted(
                            step,
                            record.trajectory(),
                            record.partition(),
                            record.offset(),
                            found == null ? "none" : "trajectory " + found.trajectory()));
            return;
        }
        if (found.origin() == Origin.TEACHER) {
            return;
        }
        for (VersionRun run : found.versions()) {
            long staleness = step - 1 - run.version();
            boolean kept = pace.order().ofTheBeginning()
                    ? run.version() == 0
                    : staleness >= 0 && staleness <= pace.maxStaleness();
            if (!kept) {
                violations.add("step %d trained %d tokens of trajectory %s sampled with version %d, %s"
                        .formatted(step, run.count(), record.trajectory(), run.version(), allowed(step)));
            }
        }
    }

    private String allowed(long step) {
        return pace.order().ofTheBeginning()
                ? "where only version 0 is allowed"
                : "where versions %d to %d are allowed"
                        .formatted(Math.max(0, step - 1 - pace.maxStaleness()), step - 1);
    }
}
