// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/** What a scorer tells of itself while it works; docs/watching.md has the names as Prometheus sees them. */
public final class ScorerMetrics {

    private static final String ROLE = "role";
    private static final String SCORER = "scorer";

    private ScorerMetrics() {}

    /** Registers the metrics of a scorer. */
    public static void register(ScorerProgress progress, MeterRegistry registry) {
        FunctionCounter.builder("coffey.tokens", progress, ScorerProgress::tokens)
                .description("Tokens sampled, scored or trained")
                .tag(ROLE, SCORER)
                .register(registry);
        FunctionCounter.builder("coffey.trajectories", progress, ScorerProgress::trajectories)
                .description("Trajectories sampled, scored or trained, failed ones included where there are")
                .tag(ROLE, SCORER)
                .register(registry);
        FunctionCounter.builder("coffey.dead.letters", progress, ScorerProgress::deadLetters)
                .description("Records set aside")
                .tag(ROLE, SCORER)
                .register(registry);
        FunctionCounter.builder("coffey.scoring", progress, ScorerProgress::scoringSeconds)
                .description("Time spent scoring")
                .baseUnit("seconds")
                .register(registry);
    }
}
