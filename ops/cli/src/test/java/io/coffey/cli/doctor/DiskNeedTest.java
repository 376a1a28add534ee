// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.run.RunSettingsReader;
import io.coffey.distillation.objective.Needs;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiskNeedTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum/opd.yaml");
    private static final Needs NEEDS = new Needs(true, 4, 2, true, false, false, false, false);

    @Test
    void addsCheckpointsWeightsAndRecords() {
        DiskNeed need = need(Map.of("trainer.steps", "10", "trainer.batch", "8"));

        assertThat(need.files()).isEqualTo((2 + 1) * 3 * 1000 + 1000);
        assertThat(need.weights()).isEqualTo(11 * 1000);
        // A token: twice id, mask, log-probability and 2 tops of 8 bytes, then 8 bytes, 4 tops and 2 numbers of 4.
        assertThat(need.records()).isEqualTo(10 * 8 * (24 * (2 * (9 + 16) + 8 + 32 + 8) + 1024));
    }

    @Test
    void leavesTheLogToAnotherBroker() {
        DiskNeed need = need(Map.of("kafka.local", "false", "kafka.bootstrapServers", "localhost:1"));

        assertThat(need.total()).isEqualTo(need.files());
    }

    private static DiskNeed need(Map<String, String> overrides) {
        return DiskNeed.of(RunSettingsReader.read(EXAMPLE, overrides, Map.of()).values(), 1000, NEEDS);
    }
}
