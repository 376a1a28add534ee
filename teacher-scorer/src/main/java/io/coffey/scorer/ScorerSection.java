// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.service.Matches;
import io.coffey.service.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** The section {@code scorer}. */
public interface ScorerSection {

    /** Prompt and completion tokens that are scored together, and at least committed together. */
    @WithDefault("2048")
    @Range("[1, inf)")
    int tokenBudget();

    /**
     * How long the first trajectory of a batch waits for others, at most; never longer than the last batch took to
     * score.
     */
    @WithDefault("10ms")
    Duration maxBatchDelay();

    /** How often a trajectory may end the process that scores it, as the only one in hand, before it is set aside. */
    @WithDefault("3")
    @Range("[1, 1000000]")
    int attempts();

    /** Names the teacher in scores. */
    @WithDefault("teacher")
    String teacherId();

    /** Names this scorer among those of the run; two that live at the same time need different names. */
    @WithDefault("0")
    @Matches(value = "[A-Za-z0-9_-]{1,64}", words = "a name of 1 to 64 letters, digits, '_' or '-'")
    String workerId();

    /** Native threads of the scorer's own process; all processors where absent. */
    @Range("[1, 1024]")
    OptionalInt threads();
}
