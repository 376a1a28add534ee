// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.guarantee.NothingTakenBack;
import io.coffey.cli.guarantee.RunRecords;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

    @Test
    void namesEachGuaranteeOnceWithWhatAllOfItsNameSay() {
        Verdict verdict = new Verdict(List.of(
                new RunGoesOn(List.of("the trainer fell")),
                new NothingTakenBack(Map.of(), Map.of()),
                new RunGoesOn(List.of("the scorer fell"))));

        assertThat(verdict.kept()).isFalse();
        assertThat(verdict.broken()).containsExactly("RunGoesOn");
        assertThat(verdict.lines())
                .containsExactly(
                        "RunGoesOn            BROKEN, 2 times",
                        "  the trainer fell",
                        "  the scorer fell",
                        "NothingTakenBack     held");
    }

    @Test
    void isGoodWhereNothingWasBroken() {
        assertThat(new Verdict(List.of(new NothingTakenBack(
                                Map.of(new RunRecords.Place("t", 0, 0), 1),
                                Map.of(new RunRecords.Place("t", 0, 0), 1))))
                        .kept())
                .isTrue();
    }
}
