// SPDX-License-Identifier: Apache-2.0
package io.coffey.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ModelBenchmarkTest {

    @Test
    void measuresEveryFigureInOneRun() {
        BenchmarkResult result = ModelBenchmark.run(1);

        assertThat(result.trainStepSeconds() * result.trainFlops()).isCloseTo(64.7e9, within(0.5e9));
        assertThat(result.trainShareOfMatmulPeak()).isBetween(0.1, 1.0);
        assertThat(result.decodeShareOfBandwidth()).isBetween(0.1, 1.2);
        assertThat(result.decodeTokensPerSecond()).containsOnlyKeys(1, 8, 32);
        assertThat(result.decodeTokensPerSecond().values()).allMatch(rate -> rate > 1);
        assertThat(result.threads()).isEqualTo(1);
    }
}
