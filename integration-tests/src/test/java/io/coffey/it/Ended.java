// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;

/** How a command ended. */
final class Ended {

    private Ended() {}

    /** Waits for the end and checks how it ended and that it said all this, and ends it where it does not. */
    static void mustEnd(CoffeyProcess process, int exitCode, String... messages) throws InterruptedException {
        try (process) {
            assertThat(process.await(SumRun.LIMIT)).as(process.output()).isEqualTo(exitCode);
            assertThat(process.output()).contains(messages).doesNotContain("\tat ");
        }
    }
}
