// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ModelBenchmarkTest {

    @Test
    void measuresEveryFigureInOneRun() {
        BenchmarkResult result = ModelBenchmark.run(1);

        BenchmarkResult.Model small = result.small();
        assertThat(small.trainStepSeconds() * small.trainFlops()).isCloseTo(64.7e9, within(0.5e9));
        for (BenchmarkResult.Model model : List.of(small, result.large())) {
            assertThat(model.trainShareOfMatmulPeak()).isBetween(0.1, 1.0);
            assertThat(model.decodeShareOfBandwidth()).isBetween(0.1, 1.2);
            assertThat(model.decodeShareOfMatmulPeak()).isBetween(0.02, 1.0);
            assertThat(model.decodeTokensPerSecond()).containsOnlyKeys(1, 8, 32);
            assertThat(model.decodeTokensPerSecond().values()).allMatch(rate -> rate > 1);
        }
        assertThat(result.loadBytes()).isBetween(100e6, 120e6);
        assertThat(result.loadTimesRead()).isBetween(0.05, 50.0);
        assertThat(result.threads()).isEqualTo(1);
    }
}
