// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import java.time.Duration;

/**
 * A fault of a schedule.
 *
 * @param target what it strikes
 * @param kind what happens to it
 * @param delay from the moment at which the run goes on after the fault before
 * @param choice a number that decides which of several brokers is struck
 */
public record Fault(Target target, Kind kind, Duration delay, int choice) {

    /** What happens to a process. */
    public enum Kind {
        /** SIGKILL; it is started again. */
        KILL,
        /** SIGKILL to the broker that leads the partition of the ledger. */
        KILL_LEADER,
        /** SIGKILL to all brokers at once. */
        KILL_ALL,
        /** SIGSTOP; it goes on later, when a service has a successor already and a broker has been taken for dead. */
        PAUSE
    }
}
