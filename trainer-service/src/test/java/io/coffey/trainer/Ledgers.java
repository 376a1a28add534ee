// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.TrainingStep;
import java.util.Map;

/** Makes ledger lines for tests. */
final class Ledgers {

    private Ledgers() {}

    /** The line of a step that took the given batch at the given pace. */
    static TrainingStep line(long step, Batch batch, Map<Integer, Long> nextOffsets, Pace pace) {
        return new TrainingStep(
                Arrivals.RUN,
                step,
                Math.max(0, step - 1),
                step,
                batch.trainedRecords(),
                batch.droppedRecords(),
                nextOffsets,
                pace.dispatchedAfter(step),
                "divergence",
                "hash",
                7,
                Map.of(),
                "before",
                "after",
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
