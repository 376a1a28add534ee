// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Distillation of whole distributions: a divergence of teacher {@code p} and student {@code q} at every position,
 * backpropagated directly (generalised knowledge distillation, Agarwal et al. 2024, arXiv 2306.13649; the mix of both
 * directions as in Decoupling KL and Trajectories, arXiv 2605.16826).
 *
 * <pre>
 *   forward   KL(p||q)                                          covers the teacher's modes
 *   reverse   KL(q||p)                                          seeks one of them
 *   jsd       beta KL(p||m) + (1 - beta) KL(q||m),   m = beta p + (1 - beta) q,   beta = teacherMixWeight
 *   mix       lambda KL(q||p) + (1 - lambda) KL(p||q),          lambda = reverseWeight
 * </pre>
 *
 * <p>The sums run over a support: the teacher's likeliest tokens for forward, the student's (as of rollout time) for
 * reverse, both for jsd and mix, and always the sampled token. What the support leaves out is, by {@code tail}, one
 * bucket of its own (a lower bound of the true divergence), left out, or shared out by renormalising. A support of the
 * whole vocabulary has no tail. Leaving the tail out is not zero-gradient at {@code p = q}: it pushes mass into or out
 * of the support.
 *
 * <p>On-policy self-distillation (arXiv 2601.18734) clips, because a few tokens of style outweigh all others:
 *
 * <pre>
 *   clip vocabulary   sum over v of min(term of v, clipAt)      as published; never the tail
 *   clip position     D * min(1, clipAt / D)                    the factor is a constant, so the direction stays
 * </pre>
 *
 * <p>The published clip takes the gradient of clipped entries away and leaves that of all others, so it can push the
 * student away from the teacher's favourite. PW-OPSD weighs positions {@code t} of a trajectory of length {@code T}
 * with {@code w = floor + (1 - floor) sigmoid((t/T - midpoint) / width)}; published are .25, .30 and .10.
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
        JSD,
        MIX
    }

    /** What becomes of the mass outside the support. */
    enum Tail {
        BUCKET,
        NONE,
        RENORMALISE
    }

    /** What is kept from growing too large. */
    enum Clip {
        NONE,
        VOCABULARY,
        POSITION
    }

    private final Direction direction;
    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    TokenDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which divergence of teacher and student");
        int topK = Support.topK(binder);
        Tail tail = binder.choice("tail", Tail.BUCKET, "how the mass outside the support counts");
        support = new Support(
                topK, direction != Direction.REVERSE, direction != Direction.FORWARD, SettingsBinder.word(tail));
        constants = Map.of(
                "DIRECTION", SettingsBinder.word(direction),
                "TEACHER_MIX_WEIGHT", teacherMixWeight(binder),
                "REVERSE_WEIGHT", binder.number("reverseWeight", 0.5, 0, 1, "weight of the reverse direction in mix"),
                "TEMPERATURE", temperature(binder, tail),
                "CLIP",
                        SettingsBinder.word(binder.choice(
                                "clip", Clip.NONE, "whether each entry of the vocabulary or each position is clipped")),
                "CLIP_AT", binder.number("clipAt", 0.05, 1e-6, 1e6, "where clip clips, in nats"),
                "POSITION_FLOOR",
                        binder.number(
                                "positionFloor", 1, 0, 1, "least weight of a position; 1 weighs all positions alike"),
                "POSITION_MIDPOINT",
                        binder.number(
                                "positionMidpoint", 0.3, 0, 1, "share of a trajectory at which weights are half-way"),
                "POSITION_WIDTH",
                        binder.number("positionWidth", 0.1, 1e-3, 10, "share of a trajectory over which they rise"),
                "MEAN", Mean.of(binder));
        settings = binder.values();
    }

    private static double teacherMixWeight(SettingsBinder binder) {
        double weight = binder.number(
                "teacherMixWeight", 0.5, 0, 1, "weight of the teacher in the mixture of jsd, strictly between 0 and 1");
        if (weight == 0 || weight == 1) {
            binder.refuse(
                    "teacherMixWeight",
                    "a number strictly between 0 and 1 (the limits are direction forward and direction reverse)");
        }
        return weight;
    }

    private static double temperature(SettingsBinder binder, Tail tail) {
        double temperature = binder.number(
                "temperature", 1, 0.01, 100, "divides both sides' logits; other than 1 only where tail is renormalise");
        if (temperature != 1 && tail != Tail.RENORMALISE) {
            binder.refuse("temperature", "1, as tail is not renormalise: the tail's logits are not known");
        }
        return temperature;
    }

    @Override
    public String name() {
        return TYPE + "/" + SettingsBinder.word(direction);
    }

    @Override
    public String paper() {
        return "GKD, Agarwal et al. 2024, arXiv 2306.13649;"
                + " OPSD, arXiv 2601.18734; Decoupling KL and Trajectories, arXiv 2605.16826";
    }

    @Override
    public Needs needs() {
        return support.needs(false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return compile(this, vocabularySize);
    }

    /** Compiles it as the loss of an objective that needs more attached. */
    ObjectiveLoss compile(Objective objective, int vocabularySize) {
        return new ScriptLoss(
                objective, TokenDivergence.class, vocabularySize, List.of(support.part()), List.of(), constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }
}
