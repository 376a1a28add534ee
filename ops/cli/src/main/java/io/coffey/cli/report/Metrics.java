// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.report;

/** Names of the metrics that reports single out, as the ledger and the evaluations spell them. */
public final class Metrics {
    /** Trained tokens of a step. */
    public static final String TOKENS = "tokens";
    /** Reverse KL of student and teacher in nats per token: of a step's batch, or of held-out prompts. */
    public static final String REVERSE_KL = "reverseKl";
    /** Mean log-ratio of teacher and behaviour per token of a step: the reward of on-policy distillation. */
    public static final String REWARD = "logRatio";
    /** Mean staleness of a step's tokens in optimiser steps. */
    public static final String STALENESS = "staleness";
    /** Share of held-out prompts whose greedy completion is right. */
    public static final String ACCURACY_GREEDY = "accuracyGreedy";
    /** Share of held-out prompts whose completion sampled at temperature 1 is right. */
    public static final String ACCURACY_SAMPLED = "accuracySampled";

    private Metrics() {}
}
