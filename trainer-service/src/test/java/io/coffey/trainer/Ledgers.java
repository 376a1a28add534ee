// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import java.util.List;
import java.util.Map;

/** Makes ledger lines for tests. */
final class Ledgers {

    private Ledgers() {}

    /** The line of a step that took the given batch at the given pace. */
    static TrainingStep line(long step, Batch batch, Map<Integer, Long> nextOffsets, Pace pace) {
        return line(step, batch, nextOffsets, pace.dispatchedAfter(step), Map.of());
    }

    /** The line of a step that took nothing and left the controllers so. */
    static TrainingStep line(long step, Map<String, Double> controllers) {
        return line(step, new Batch(List.of(), List.of()), Map.of(), 0, controllers);
    }

    private static TrainingStep line(
            long step, Batch batch, Map<Integer, Long> nextOffsets, long dispatched, Map<String, Double> controllers) {
        return new TrainingStep(
                Arrivals.RUN,
                step,
                Math.max(0, step - 1),
                step,
                batch.trainedRecords(),
                batch.droppedRecords(),
                nextOffsets,
                dispatched,
                "divergence",
                "hash",
                7,
                Map.of(),
                "before",
                "after",
                Map.of(),
                controllers,
                Map.of(),
                Map.of());
    }
}
