// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void isMeanAndDeviationOfASample() {
        Spread spread = Spread.of(List.of(0.84, 0.86, 0.85)).orElseThrow();

        assertThat(spread.mean()).isCloseTo(0.85, within(1e-12));
        assertThat(spread.deviation()).isCloseTo(0.01, within(1e-12));
        assertThat(spread.text("%.1f", 100)).isEqualTo("85.0 ± 1.0");
    }

    @Test
    void claimsNoDeviationOfASingleRun() {
        assertThat(Spread.of(List.of(0.85)).orElseThrow().text("%.1f", 100)).isEqualTo("85.0");
    }

    @Test
    void leavesOutWhatWasNotMeasured() {
        assertThat(Spread.of(Arrays.asList(null, 2.0)).orElseThrow()).isEqualTo(new Spread(2, 0, 1));
        assertThat(Spread.of(Arrays.asList((Double) null))).isEmpty();
    }
}
