// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailpointTest {

    private final AtomicInteger ends = new AtomicInteger();

    @AfterEach
    void disarm() {
        Failpoint.disarm();
    }

    @Test
    void endsTheProcessWhenThePlaceIsReachedForTheNthTimeAndNowhereElse() {
        Failpoint.arm("trainer.commit.afterSends@2", ends::incrementAndGet);

        Failpoint.COMMIT_AFTER_SENDS.reached();
        Failpoint.COMMIT_AFTER_COMMIT.reached();
        assertThat(ends).hasValue(0);

        Failpoint.COMMIT_AFTER_SENDS.reached();
        assertThat(ends).hasValue(1);
    }

    @Test
    void doesNothingWhenNothingIsArmed() {
        Failpoint.arm(Map.of("PATH", "/bin"));

        for (Failpoint point : Failpoint.values()) {
            point.reached();
        }

        assertThat(ends).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"trainer.commit.afterSend@1", "trainer.commit.afterSends", "trainer.commit.afterSends@0", ""})
    void refusesWhatItDoesNotKnowWithTheNamesThereAre(String text) {
        assertThatThrownBy(() -> Failpoint.arm(Map.of("COFFEY_FAILPOINT", text)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("COFFEY_FAILPOINT: expected NAME@N or NAME@N:hang with N from 1 and NAME one"
                        + " of trainer.step.")
                .hasMessageContaining("output.afterCommit, found \"" + text + "\"");
    }

    @Test
    void endsTheProcessWheneverItComesToWhatHasTheNumber() {
        Failpoint.arm("scorer.score.request@20", ends::incrementAndGet);

        Failpoint.SCORE_REQUEST.reached(19);
        Failpoint.SCORE_REQUEST.reached(20);
        Failpoint.OUTPUT_AFTER_SENDS.reached(20);
        Failpoint.SCORE_REQUEST.reached(20);

        assertThat(ends).hasValue(2);
    }
}
