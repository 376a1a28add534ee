// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Guarantee of the orders that go by generation: the ledger has every step once, and each generation came back whole,
 * every trajectory of it trained or dropped with a reason.
 */
final class NothingLost {

    private NothingLost() {}

    static void check(List<TrainingStep> ledger, int steps, int batch) {
        assertThat(ledger)
                .extracting(TrainingStep::step)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, steps).boxed().toList());
        List<String> taken = new ArrayList<>();
        for (TrainingStep step : ledger) {
            step.trained().forEach(record -> taken.add(record.trajectory()));
            step.dropped().forEach(record -> taken.add(record.trajectory()));
        }
        List<String> dispatched = LongStream.range(0, (long) steps * batch)
                .mapToObj(request -> Trajectory.id(request, 0))
                .toList();
        assertThat(taken).containsAll(dispatched);
    }
}
