// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.trainer.Pace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Dispatched is trained, dropped with its credit given back, or in flight: every step takes one batch of credits that
 * are open and lets the next one out, and each request that the ledger counts is on its topic, once.
 *
 * @param ledger lines of the run, from the first
 * @param requests numbers of the requests on the topic, in the order of reading
 * @param pace how much work is let in
 */
public record CreditsConserved(List<TrainingStep> ledger, List<Long> requests, Pace pace) implements Guarantee {

    public CreditsConserved {
        ledger = List.copyOf(ledger);
        requests = List.copyOf(requests);
    }

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        Set<String> open = new HashSet<>();
        long dispatched = 0;
        for (TrainingStep line : ledger) {
            take(line, open, violations);
            if (line.requestsDispatched() != pace.dispatchedAfter(line.step())) {
                violations.add("step %d leaves %d requests dispatched, expected %d"
                        .formatted(line.step(), line.requestsDispatched(), pace.dispatchedAfter(line.step())));
            }
            for (; dispatched < line.requestsDispatched(); dispatched++) {
                for (int sample = 0; sample < pace.samplesPerPrompt(); sample++) {
                    open.add(Trajectory.id(dispatched, sample));
                }
            }
        }
        checkInFlight(open.size(), violations);
        checkRequests(dispatched, violations);
        return violations;
    }

    private void take(TrainingStep line, Set<String> open, List<String> violations) {
        List<String> taken = new ArrayList<>();
        line.trained().stream().map(TrainedRecord::trajectory).forEach(taken::add);
        line.dropped().stream()
                .filter(record -> record.reason() == DropReason.EXPIRED || record.reason() == DropReason.FAILED)
                .map(DroppedRecord::trajectory)
                .forEach(taken::add);
        int expected = line.step() == 0 ? 0 : pace.batch();
        if (taken.size() != expected) {
            violations.add("step %d takes %d credits, expected %d".formatted(line.step(), taken.size(), expected));
        }
        for (String trajectory : taken) {
            if (!open.remove(trajectory)) {
                violations.add(
                        "step %d takes trajectory %s, which holds no open credit".formatted(line.step(), trajectory));
            }
        }
    }

    private void checkInFlight(int open, List<String> violations) {
        int expected = pace.batch() * (1 + pace.lookahead());
        if (!ledger.isEmpty() && open != expected) {
            violations.add("%d credits are in flight at the end, expected %d".formatted(open, expected));
        }
    }

    private void checkRequests(long dispatched, List<String> violations) {
        Set<Long> found = new HashSet<>();
        for (long request : requests) {
            if (!found.add(request)) {
                violations.add("request %d was dispatched more than once".formatted(request));
            } else if (request >= dispatched) {
                violations.add("request %d was dispatched, but no step tells of it".formatted(request));
            }
        }
        for (long request = 0; request < dispatched; request++) {
            if (!found.contains(request)) {
                violations.add("request %d is counted as dispatched, but is not on its topic".formatted(request));
            }
        }
    }
}
