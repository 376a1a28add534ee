// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
 * <p>Two further treatments of the reverse direction. {@code sampled} takes the student's likeliest tokens {@code K}
 * exactly and estimates the rest from the sampled token {@code y} (as EMA-PG does), without bias in value and gradient
 * while no ratio is capped:
 *
 * <pre>
 *   sum over K of q log(q/p) + 1[y not in K] rho log(q(y)/p(y)),    rho = min(q(y)/b(y), tailRatioCap)
 * </pre>
 *
 * <p>The log-ratios in it are constants, the gradient goes through {@code q} and {@code log q(y)}: so it needs samples
 * of the student's own distribution, and both parts vanish where the teacher is the student. {@code floor} says that
 * the teacher gives each token outside its likeliest the log-probability {@code tailLogProb} (NeMo-RL), which pulls the
 * student into them strongly.
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
        RENORMALISE,
        /** It is estimated from the sampled token where that is outside: unbiased, for the reverse direction. */
        SAMPLED,
        /** The teacher gives every token of it the same log-probability, {@code tailLogProb}: a pull into its top. */
        FLOOR
    }

    /** What is kept from growing too large. */
    enum Clip {
        NONE,
        VOCABULARY,
        POSITION
    }

    private static final String TAIL = "tail";

    private final Direction direction;
    private final Tail tail;
    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    TokenDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which divergence of teacher and student");
        int topK = Support.topK(binder);
        tail = binder.choice(TAIL, Tail.BUCKET, "how the mass outside the support counts");
        requireReverse(binder);
        boolean ofTeacher = tail == Tail.FLOOR || direction != Direction.REVERSE;
        boolean ofStudent = tail != Tail.FLOOR && direction != Direction.FORWARD;
        support = new Support(topK, ofTeacher, ofStudent, SettingsBinder.word(tail));
        constants = Map.ofEntries(
                entry("DIRECTION", SettingsBinder.word(direction)),
                entry("TEACHER_MIX_WEIGHT", teacherMixWeight(binder)),
                entry(
                        "REVERSE_WEIGHT",
                        binder.number("reverseWeight", 0.5, 0, 1, "weight of the reverse direction in mix")),
                entry(
                        "TAIL_RATIO_CAP",
                        binder.number(
                                "tailRatioCap",
                                2,
                                1,
                                1e6,
                                "largest importance ratio of the current to the sampling student in tail sampled")),
                entry(
                        "TAIL_LOG_PROB",
                        binder.number(
                                "tailLogProb",
                                -100,
                                -1000,
                                0,
                                "the teacher's log-probability of a token outside in tail floor")),
                entry("TEMPERATURE", temperature(binder)),
                entry(
                        "CLIP",
                        SettingsBinder.word(binder.choice(
                                "clip",
                                Clip.NONE,
                                "whether each entry of the vocabulary or each position is clipped"))),
                entry("CLIP_AT", binder.number("clipAt", 0.05, 1e-6, 1e6, "where clip clips, in nats")),
                entry(
                        "POSITION_FLOOR",
                        binder.number(
                                "positionFloor", 1, 0, 1, "least weight of a position; 1 weighs all positions alike")),
                entry(
                        "POSITION_MIDPOINT",
                        binder.number(
                                "positionMidpoint", 0.3, 0, 1, "share of a trajectory at which weights are half-way")),
                entry(
                        "POSITION_WIDTH",
                        binder.number("positionWidth", 0.1, 1e-3, 10, "share of a trajectory over which they rise")),
                entry("MEAN", Mean.of(binder)));
        settings = binder.values();
    }

    private void requireReverse(SettingsBinder binder) {
        if (tail == Tail.SAMPLED && direction != Direction.REVERSE) {
            binder.refuse(TAIL, "bucket, none or renormalise, as direction is not reverse");
        }
        if (tail == Tail.FLOOR && direction != Direction.REVERSE && direction != Direction.MIX) {
            binder.refuse(TAIL, "bucket, none or renormalise, as direction is neither reverse nor mix");
        }
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

    private double temperature(SettingsBinder binder) {
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

    /** A sampled tail is an expectation over sampled tokens. */
    @Override
    public boolean policyGradient() {
        return tail == Tail.SAMPLED;
    }

    /** Only these tails let the teacher's distribution add up to one. */
    @Override
    public boolean softensTeacher() {
        return tail == Tail.BUCKET || tail == Tail.RENORMALISE;
    }

    /** A tail that is left out, or that the teacher is said to find impossible, moves mass even at the teacher. */
    @Override
    public SortedMap<String, String> atRest() {
        SortedMap<String, String> atRest = new TreeMap<>(settings);
        if (tail == Tail.NONE || tail == Tail.FLOOR) {
            atRest.put(TAIL, SettingsBinder.word(Tail.BUCKET));
        }
        return atRest;
    }
}
