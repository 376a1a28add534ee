// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A service that stands still ends with a line and the place where it stands, and the run goes on with its successor.
 */
class HangIT extends OnOneBroker {

    private static final int STEPS = 3;

    @Test
    void aScorerWhoseTeacherNeverAnswersEndsAndItsSuccessorGoesOn() throws Exception {
        SumRun run = new SumRun(directory, "hang", STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.decayShare", "0");
        assertThat(run.start("load").await(SumRun.LIMIT)).isZero();
        try (CoffeyProcess trainer = run.start("start trainer");
                CoffeyProcess rollout = run.start("start rollout")) {
            try (CoffeyProcess hanging = run.start(
                    "start scorer",
                    List.of("-Dcoffey.failpoint=scorer.score.request@20:hang"),
                    "--set",
                    "metrics.hangLimit=15s")) {
                assertThat(hanging.await(SumRun.LIMIT)).as(hanging.output()).isEqualTo(75);
                assertThat(hanging.output())
                        .containsPattern(
                                "ERROR .* the scorer hangs: its loop has not turned for (1[5-9]|2\\d) s, expected 15 s at"
                                        + " most \\(metrics.hangLimit\\); the process ends, start it again to go on")
                        .containsPattern("thread scorer, WAITING\\s+.*park[\\s\\S]*scorer\\.kafka\\.Answers\\.to\\(");
            }
            try (CoffeyProcess scorer = run.start("start scorer")) {
                assertThat(trainer.await(SumRun.LIMIT)).as(scorer.output()).isZero();
                assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
            }
        }
        new Observer(broker.bootstrapServers(), "hang").holdToGuarantees(STEPS);
    }
}
