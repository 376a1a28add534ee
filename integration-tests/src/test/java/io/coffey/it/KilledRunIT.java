// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with a broker of its own, ended in every way half-way, goes on as if nothing had happened. */
class KilledRunIT {

    private static final int STEPS = 16;

    @TempDir
    Path directory;

    @Test
    void aRunKilledWithItsBrokerEndsWithTheWeightsOfOneLeftAlone() throws Exception {
        JsonObject undisturbed = run("undisturbed").finish();
        SumRun run = run("killed");
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 6);
            process.kill();
        }

        JsonObject killed = run.finish();

        assertThat(killed.get("steps").getAsInt()).isEqualTo(STEPS);
        assertThat(killed.get("weightsDigest")).isEqualTo(undisturbed.get("weightsDigest"));
        assertThat(killed.get("accuracyBefore")).isEqualTo(undisturbed.get("accuracyBefore"));
        checkLedger(run);
    }

    @Test
    void anOrphanedBrokerIsNotInTheWayAndASecondRunOfTheNameIs() throws Exception {
        SumRun run = run("orphan");
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 3);
            try (CoffeyProcess second = run.start()) {
                assertThat(second.await(SumRun.LIMIT)).isEqualTo(2);
                assertThat(second.output()).contains("is running this run").doesNotContain("\tat ");
            }
            process.killCommandOnly();
        }

        JsonObject summary = run.finish();

        assertThat(summary.get("steps").getAsInt()).isEqualTo(STEPS);
        checkLedger(run);
    }

    @Test
    void aRunThatIsAskedToEndCommitsAndEndsWithZeroAndGoesOnLater() throws Exception {
        SumRun run = run("asked");
        try (CoffeyProcess process = run.start()) {
            run.awaitSteps(process, 3);
            process.terminate();

            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isZero();
        }
        assertThat(run.directory().resolve("summary.json")).doesNotExist();

        JsonObject summary = run.finish();

        assertThat(summary.get("steps").getAsInt()).isEqualTo(STEPS);
        checkLedger(run);
    }

    private SumRun run(String name) {
        return new SumRun(directory, name, STEPS);
    }

    private void checkLedger(SumRun run) throws Exception {
        try (LocalBroker broker =
                new LocalBroker(LocalBroker.Settings.in(run.directory().resolve("broker")))) {
            broker.start();
            new Observer(
                            broker.bootstrapServers(),
                            run.directory().getFileName().toString())
                    .holdToGuarantees(STEPS);
        }
        assertThat(run.metricLines()).hasSize(STEPS);
    }
}
