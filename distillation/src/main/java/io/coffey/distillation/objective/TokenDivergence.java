// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Distillation of whole distributions: a divergence of teacher {@code p} and student {@code q} at every position,
 * backpropagated directly (generalised knowledge distillation, Agarwal et al. 2024).
 *
 * <pre>
 *   forward   KL(p||q)                                          covers the teacher's modes
 *   reverse   KL(q||p)                                          seeks one of them
 *   jsd       beta KL(p||m) + (1 - beta) KL(q||m),   m = beta p + (1 - beta) q,   beta = teacherMixWeight
 * </pre>
 *
 * <p>The sums run over a support: the teacher's likeliest tokens for forward, the student's (as of rollout time) for
 * reverse, both for jsd, and always the sampled token. What the support leaves out is, by {@code tail}, one bucket of
 * its own (a lower bound of the true divergence), left out, or shared out by renormalising. A support of the whole
 * vocabulary has no tail. Leaving the tail out is not zero-gradient at {@code p = q}: it pushes mass into or out of the
 * support.
 *
 * <p>No importance weights: the expectation over tokens is taken under the current student, so stale samples only
 * decide which prefixes are visited.
 */
final class TokenDivergence implements Objective {

    static final String TYPE = "divergence";

    /** Which divergence. */
    enum Direction {
        FORWARD,
        REVERSE,
        JSD
    }

    /** What becomes of the mass outside the support. */
    enum Tail {
        BUCKET,
        NONE,
        RENORMALISE
    }

    private final Direction direction;
    private final Support support;
    private final double teacherMixWeight;
    private final SortedMap<String, String> settings;

    TokenDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which divergence of teacher and student");
        int topK = Support.topK(binder);
        Tail tail = binder.choice("tail", Tail.BUCKET, "how the mass outside the support counts");
        support = new Support(
                topK, direction != Direction.REVERSE, direction != Direction.FORWARD, SettingsBinder.word(tail));
        teacherMixWeight = binder.number(
                "teacherMixWeight", 0.5, 0, 1, "weight of the teacher in the mixture of jsd, strictly between 0 and 1");
        if (teacherMixWeight == 0 || teacherMixWeight == 1) {
            binder.refuse(
                    "teacherMixWeight",
                    "a number strictly between 0 and 1 (the limits are direction forward and direction reverse)");
        }
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE + "/" + SettingsBinder.word(direction);
    }

    @Override
    public Needs needs() {
        return support.needs(false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        Map<String, Object> constants = Map.of(
                "DIRECTION", SettingsBinder.word(direction),
                "TEACHER_MIX_WEIGHT", teacherMixWeight);
        return ScriptLoss.onSupport(this, vocabularySize, support, List.of(), constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public boolean policyGradient() {
        return false;
    }
}
