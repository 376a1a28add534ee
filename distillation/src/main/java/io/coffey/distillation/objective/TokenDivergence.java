// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.HashMap;
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

    private static final List<String> METRICS = List.of("teacherMass", "studentMass", "topOverlap");

    /** A tail lighter than this counts as this, so that its logarithm stays finite in 32 bits. */
    private static final double LIGHTEST_TAIL = 1e-7;

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
    private final int topK;
    private final double teacherMixWeight;
    private final Tail tail;
    private final SortedMap<String, String> settings;

    TokenDivergence(SettingsBinder binder) {
        this(binder, Direction.REVERSE);
    }

    /** A divergence whose settings have another default, for the objectives that are one. */
    TokenDivergence(SettingsBinder binder, Direction usual) {
        direction = binder.choice("direction", usual, "which divergence of teacher and student");
        topK = binder.integer("topK", 64, 1, 256, "tokens of the support that each side contributes");
        tail = binder.choice("tail", Tail.BUCKET, "how the mass outside the support counts");
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
        return TYPE + "/" + word();
    }

    /** The direction as settings spell it. */
    String word() {
        return SettingsBinder.word(direction);
    }

    @Override
    public Needs needs() {
        boolean atTeacher = direction != Direction.REVERSE;
        boolean atStudent = direction != Direction.FORWARD;
        return new Needs(true, atTeacher ? topK : 0, atStudent ? topK : 0, atStudent, false, false, false, false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        Map<String, Object> constants = new HashMap<>();
        constants.put("DIRECTION", SettingsBinder.word(direction));
        constants.put("TOP_K", topK);
        constants.put("TEACHER_MIX_WEIGHT", teacherMixWeight);
        constants.put("TAIL", SettingsBinder.word(tail));
        constants.put("LIGHTEST_TAIL", LIGHTEST_TAIL);
        return new ScriptLoss(this, vocabularySize, METRICS, constants);
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
