// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.service.Matches;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The section {@code rollout}: how a worker samples. */
public interface RolloutSettings {

    /** Samples in flight at once. Part of a run's repeatability: another number may give other last bits. */
    @WithDefault("32")
    @Range("[1, 4096]")
    int slots();

    /**
     * Names this worker among the run's; the name of the host where absent. Keep it over restarts, so that a
     * transaction that a crash left open ends at once, and give each worker of one host its own.
     */
    @Matches(value = "[A-Za-z0-9._-]{1,100}", words = "1 to 100 letters, digits, '.', '_' or '-'")
    Optional<String> workerId();

    /** Requests that a worker holds at once, answered or not; it reads no more until they become fewer. */
    @WithDefault("512")
    @Range("[1, 1000000]")
    int maxQueued();

    /** How long an idle worker waits for requests before it looks around. */
    @WithDefault("200ms")
    Duration pollTimeout();

    /** How long a finished trajectory may wait for company in its transaction while others are still being sampled. */
    @WithDefault("50ms")
    Duration commitLinger();

    /** Native threads of a worker that is a process of its own. Part of a run's repeatability, as the slots are. */
    @WithDefault("1")
    @Range("[1, 1024]")
    int threads();
}
