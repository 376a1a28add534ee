// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FigureTest {

    @Test
    void saysWhetherItsTargetIsMet() {
        assertThat(new Figure("a", "share", 0.614, 0.6, false, Figure.Unit.SHARE).line())
                .isEqualTo("share                                       61 %  (target >= 60 %)");
        assertThat(new Figure("a", "share", 0.59, 0.6, false, Figure.Unit.SHARE).line())
                .isEqualTo("share                                       59 %  (target >= 60 %, not met)");
        assertThat(new Figure("a", "times", 2.5, 2, true, Figure.Unit.TIMES).line())
                .isEqualTo("times                                       2.50  (target <= 2.00, not met)");
        assertThat(new Figure("a", "share", 0.04, 0.1, true, Figure.Unit.SHARE).line())
                .isEqualTo("share                                        4 %  (target <= 10 %)");
        assertThat(new Figure("a", "times", 1.5, 2, true, Figure.Unit.TIMES).json())
                .hasToString("{\"name\":\"a\",\"value\":1.5,\"atMost\":2.0,\"met\":true}");
    }
}
