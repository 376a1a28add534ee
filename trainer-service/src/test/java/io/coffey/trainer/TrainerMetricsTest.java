// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.distillation.trajectory.TrainingStep.DroppedRecord;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final TrainerProgress progress = new TrainerProgress();

    @Test
    void tellsTheCurvesOfTheLastCommittedStep() {
        TrainerMetrics.register(progress, new Pace(Order.ASYNC, 2, 1, 3, 1), registry);
        assertThat(gauge("coffey.reverse.kl")).isNaN();
        assertThat(gauge("coffey.training.step")).isEqualTo(-1);

        progress.committed(step(4, Map.of("reverseKl", 0.25)));
        progress.committed(step(5, Map.of("reverseKl", 0.125)));

        assertThat(gauge("coffey.reverse.kl")).isEqualTo(0.125);
        assertThat(gauge("coffey.teacher.entropy")).isNaN();
        assertThat(gauge("coffey.training.step")).isEqualTo(5);
        assertThat(gauge("coffey.policy.version")).isEqualTo(5);
        assertThat(gauge("coffey.staleness.limit")).isEqualTo(3);
    }

    @Test
    void countsOnlyWhatThisProcessDid() {
        TrainerMetrics.register(progress, new Pace(Order.LOCKSTEP, 2, 1, 0, 1), registry);

        progress.committed(step(7, Map.of("tokens", 900.0)));
        TrainingStep own =
                step(8, Map.of("tokens", 100.0, "nonFinite", 1.0, "secondsWaiting", 0.5, "secondsTraining", 1.25));
        progress.committed(own);
        progress.performed(own, 4_096);
        progress.setAside(2);

        assertThat(count("coffey.steps")).isEqualTo(1);
        assertThat(count("coffey.tokens")).isEqualTo(100);
        assertThat(count("coffey.trajectories")).isEqualTo(2);
        assertThat(count("coffey.nonfinite.steps")).isEqualTo(1);
        assertThat(count("coffey.waiting")).isCloseTo(0.5, within(1e-9));
        assertThat(count("coffey.training")).isCloseTo(1.25, within(1e-9));
        assertThat(count("coffey.published.weights")).isEqualTo(4_096);
        assertThat(count("coffey.dead.letters")).isEqualTo(2);
        assertThat(dropped("expired")).isEqualTo(1);
        assertThat(dropped("failed")).isZero();
    }

    @Test
    void knowsNoLimitOfStalenessInASnapshot() {
        TrainerMetrics.register(progress, new Pace(Order.SNAPSHOT, 2, 1, 3, 1), registry);

        assertThat(registry.find("coffey.staleness.limit").gauge()).isNull();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double count(String name) {
        return registry.get(name).functionCounter().count();
    }

    private double dropped(String reason) {
        return registry.get("coffey.dropped.trajectories")
                .tag("reason", reason)
                .functionCounter()
                .count();
    }

    /** A step that trained two records, dropped one, and published. */
    private static TrainingStep step(long step, Map<String, Double> metrics) {
        return new TrainingStep(
                Arrivals.RUN,
                step,
                step - 1,
                step,
                List.of(new TrainedRecord(0, 3, "1.0", 1), new TrainedRecord(0, 4, "2.0", 2)),
                List.of(new DroppedRecord(0, 5, "3.0", DropReason.EXPIRED)),
                Map.of(0, 6L),
                0,
                "divergence",
                "hash",
                7,
                Map.of(),
                "before",
                "after",
                metrics,
                Map.of(),
                Map.of(),
                Map.of());
    }
}
