// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.cli.capacity.CapacityPlan.Workers;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.distillation.objective.Objectives;
import io.coffey.service.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityPlanTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("coffey.root"), "examples", "sum", "opd.yaml");

    @TempDir
    private Path directory;

    @Test
    void asManyWorkersAsKeepTheTrainerAtWork() {
        CapacityPlan plan = plan(new Rates(1000, 25, 0.2), new Workers(300, 900, 0.2), Map.of());

        assertThat(plan.flow()).isCloseTo(1250, within(1e-9));
        assertThat(plan.rollouts()).isEqualTo(5); // 1250 x 1.2 / 300 = 5
        assertThat(plan.scorers()).isEqualTo(2); // 1250 x 1.2 / 900 = 1.67
        assertThat(plan.partitions()).isEqualTo(10);
    }

    @Test
    void countsStepsAndBytesOfADay() {
        CapacityPlan plan = plan(
                new Rates(640, 10, 0),
                new Workers(640, 640, 0),
                Map.of("trainer.batch", "64", "trainer.steps", "172800", "trainer.maxStaleness", "1"));

        assertThat(plan.stepsPerDay()).isCloseTo(86_400, within(1e-6));
        assertThat(plan.days()).isCloseTo(2, within(1e-9));
        assertThat(plan.samplesInFlight()).isEqualTo(128);
        assertThat(plan.bytesPerDay()).containsEntry("policy-weights", 86_400.0 * 1000);
        assertThat(plan.bytesPerDay()).containsEntry("training-steps", 86_400.0 * (4096 + 64 * 64));
        // policy-gradient: 9 bytes a token in a trajectory, 17 in a scored one, 512 a record.
        assertThat(plan.bytesPerDay()).containsEntry("trajectories", 64 * 86_400.0 * (512 + 10 * 9));
        assertThat(plan.bytesPerDay()).containsEntry("scored-trajectories", 64 * 86_400.0 * (512 + 10 * 17));
        assertThat(plan.keptBytesPerDay()).isCloseTo(86_400.0 * (8192 + 64 * (1024 + 10 * 26)), within(1.0));
    }

    @Test
    void takesTheTrainersRateFromARun() throws Exception {
        Path metrics = Files.writeString(directory.resolve("metrics.jsonl"), """
                {"step":0,"trained":0,"dropped":0,"metrics":{}}
                {"step":1,"trained":8,"dropped":2,"metrics":{"tokens":100,"secondsTraining":0.5}}
                {"step":2,"trained":8,"dropped":2,"metrics":{"tokens":60,"secondsTraining":0.3}}
                """);

        Rates rates = Rates.measured(metrics);

        assertThat(rates.trainer()).isCloseTo(200, within(1e-9));
        assertThat(rates.length()).isCloseTo(10, within(1e-9));
        assertThat(rates.dropped()).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void refusesARunThatTrainedNothing() throws Exception {
        Path metrics = Files.writeString(
                directory.resolve("metrics.jsonl"), "{\"step\":0,\"trained\":0,\"dropped\":0,\"metrics\":{}}\n");

        assertThatThrownBy(() -> Rates.measured(metrics))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("expected steps that trained tokens, found none");
        assertThatThrownBy(() -> Rates.measured(directory.resolve("nowhere")))
                .hasMessageContaining("expected the metrics.jsonl of a run");
    }

    private static CapacityPlan plan(Rates rates, Workers workers, Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put("objective.type", "policy-gradient");
        all.put("objective.direction", "");
        all.put("objective.topK", "");
        LocalRunSettings settings =
                RunSettingsReader.readValues(EXAMPLE, all, Map.of()).values();
        return CapacityPlan.of(
                settings,
                rates,
                workers,
                Objectives.create(settings.objective()).needs(),
                1000);
    }
}
