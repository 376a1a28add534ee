// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.report.RunHistory;
import io.coffey.distillation.trajectory.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusWatchTest {

    private final RunHistory history = new RunHistory(1);
    private long nanos;
    private final StatusWatch watch = new StatusWatch("sum", () -> nanos);

    @Test
    void tellsLagAndVersionsAtTheFirstLookAndRatesFromTheSecondOn() {
        history.add(step(1, 100));
        assertThat(watch.lines(status(10, 1)))
                .containsExactly(
                        "run sum  step 1  steps/s -  tokens/s -  in flight 0",
                        "role            lag    taken/s    version     behind",
                        "rollout           3          -          0          1",
                        "trainer           7          -          1          0",
                        "reverse KL 0.2500  staleness 1 (most 2)  dropped 0  dead letters 4");

        nanos = 2_000_000_000L;
        history.add(step(2, 300));
        history.add(step(3, 200));

        assertThat(watch.lines(status(30, 3)))
                .contains(
                        "run sum  step 3  steps/s 1  tokens/s 250  in flight 0",
                        "rollout           3         10          0          3",
                        "trainer           7          0          3          0");
    }

    private RunStatus status(long rolloutTaken, long version) {
        return new RunStatus(
                history,
                new TreeMap<>(Map.of("rollout", 3L, "trainer", 7L)),
                Map.of("rollout", rolloutTaken, "trainer", 5L),
                Map.of("rollout", 0L, "trainer", version),
                Map.of("sum.prompts.dead-letter", 4L));
    }

    private static TrainingStep step(long step, double tokens) {
        return new TrainingStep(
                "sum",
                step,
                step - 1,
                step,
                List.of(),
                List.of(),
                Map.of(),
                0,
                "divergence/reverse",
                "hash",
                7,
                Map.of(),
                "",
                "",
                Map.of("tokens", tokens, "reverseKl", 0.25, "staleness", 1.0, "maxStaleness", 2.0),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
