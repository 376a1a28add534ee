// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What a rollout worker tells of itself while it works; docs/watching.md has the names as Prometheus sees them. */
public final class RolloutMetrics {

    private static final String ROLE = "role";
    private static final String ROLLOUT = "rollout";

    private RolloutMetrics() {}

    /** Registers the metrics of a worker. */
    public static void register(RolloutProgress progress, MeterRegistry registry) {
        FunctionCounter.builder("coffey.tokens", progress, RolloutProgress::tokens)
                .description("Tokens sampled, scored or trained")
                .tag(ROLE, ROLLOUT)
                .register(registry);
        FunctionCounter.builder("coffey.trajectories", progress, RolloutProgress::trajectories)
                .description("Trajectories sampled, scored or trained, failed ones included where there are")
                .tag(ROLE, ROLLOUT)
                .register(registry);
        FunctionCounter.builder("coffey.failed.trajectories", progress, RolloutProgress::failed)
                .description("Trajectories that came to nothing")
                .tag(ROLE, ROLLOUT)
                .register(registry);
        FunctionCounter.builder("coffey.dead.letters", progress, RolloutProgress::deadLetters)
                .description("Records set aside")
                .tag(ROLE, ROLLOUT)
                .register(registry);
        Gauge.builder("coffey.policy.version", progress, RolloutProgress::version)
                .description("Policy version served, or published last; -1 before the first")
                .tag(ROLE, ROLLOUT)
                .register(registry);
        Gauge.builder("coffey.active.samples", progress, RolloutProgress::active)
                .description("Samples in flight")
                .register(registry);
        Gauge.builder("coffey.queued.requests", progress, RolloutProgress::queued)
                .description("Requests read and not started")
                .register(registry);
    }
}
