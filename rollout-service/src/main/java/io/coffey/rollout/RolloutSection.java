// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.service.Matches;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** The section {@code rollout}: how a worker samples. */
public interface RolloutSection {

    /** Samples in flight at once. Part of a run's repeatability: another number may give other last bits. */
    @WithDefault("32")
    @Range("[1, 4096]")
    int slots();

    /**
     * Names this worker among those of the run; two that live at the same time need different names. Keep it over
     * restarts: then a transaction that a crash left open ends at once.
     */
    @WithDefault("0")
    @Matches(value = "[A-Za-z0-9_-]{1,64}", words = "a name of 1 to 64 letters, digits, '_' or '-'")
    String workerId();

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

    /**
     * The teacher's directory, where a worker that is a process of its own is to answer requests for the teacher's
     * completions, or for some that both write; a run in one process takes {@code teacher.model}.
     */
    Optional<Path> teacher();

    /**
     * Native threads of the worker's own process; all processors where absent. Part of repeatability, as the slots are.
     */
    @Range("[1, 1024]")
    OptionalInt threads();
}
