// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.trainer.Pace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ledger has every step once and in order, and in the orders that go by generation each step takes its generation
 * whole, every trajectory of it trained or dropped with a reason.
 *
 * @param ledger lines of the run, from the first
 * @param steps optimiser steps that the run was to have
 * @param pace how its trajectories became batches
 */
public record NothingLost(List<TrainingStep> ledger, long steps, Pace pace) implements Guarantee {

    public NothingLost {
        ledger = List.copyOf(ledger);
    }

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        long expected = 0;
        for (TrainingStep line : ledger) {
            if (line.step() != expected) {
                violations.add("the ledger has step %d where step %d was expected".formatted(line.step(), expected));
            }
            expected = line.step() + 1;
            if (pace.order().byGeneration() && line.step() > 0) {
                for (String trajectory : missing(line)) {
                    violations.add("trajectory %s of generation %d was neither trained nor dropped"
                            .formatted(trajectory, line.step()));
                }
            }
        }
        if (expected != steps + 1) {
            violations.add("the ledger ends with step %d, expected step %d".formatted(expected - 1, steps));
        }
        return violations;
    }

    /** Trajectories of a step's generation that the step did not take. */
    private List<String> missing(TrainingStep line) {
        Set<String> taken = new HashSet<>();
        line.trained().stream().map(TrainedRecord::trajectory).forEach(taken::add);
        line.dropped().stream().map(DroppedRecord::trajectory).forEach(taken::add);
        return pace.generationOf(line.step()).stream()
                .filter(id -> !taken.contains(id))
                .toList();
    }
}
