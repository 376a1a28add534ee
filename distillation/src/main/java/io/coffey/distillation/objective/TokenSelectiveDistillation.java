// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Token-selective dual distillation (TSD-KD, arXiv 2603.13260): each trajectory learns from the teacher's whole
 * distribution where the teacher is surer, from the teacher's order of the student's own candidates in its opening, and
 * to be sure of itself where it is least.
 *
 * <pre>
 *   loss = rankingWeight L_ind + L_dir + entropyCoefficient L_em,          for each trajectory of L trained tokens
 *
 *   L_dir  mean over all tokens of sigmoid((H_q - H_p) / gateTemperature) JSD(p, q)         the gate is a constant
 *   L_ind  mean over the opener, the first tokens that make up the share opener of the entropy H_q, of
 *          - sum over ranks j of [ z(j) - log sum over l >= j of exp z(l) ]                   Plackett-Luce
 *          z the student's scores now, of its likeliest tokens at rollout time, in the teacher's order
 *   L_em   mean of H_q over the share entropyShare of the tokens with the highest
 * </pre>
 *
 * <p>This is the paper. The published code normalises each rank over the ranks above it, which teaches the reverse of
 * the teacher's order, finds one opener for a whole batch, and minimises the entropy of about 90 % of the tokens.
 * Ranking {@code weighted} puts the sampled token first and weighs ranks with the teacher's probabilities
 * (Plackett-Luce distillation, arXiv 2506.12542).
 *
 * <p>Neither the entropy nor the ranking rests at the teacher, and at their published weights both outweigh the
 * divergence by far once student and teacher are near: a small model gets worse.
 */
final class TokenSelectiveDistillation implements Objective {

    static final String TYPE = "tsd-kd";

    private static final List<String> METRICS = List.of(
            "gate",
            "gatedDivergence",
            "openerTokens",
            "rankingLoss",
            "sharpenedTokens",
            "sharpenedEntropy",
            "rankAgreement");

    private static final String RANKING_WEIGHT = "rankingWeight";
    private static final String ENTROPY_COEFFICIENT = "entropyCoefficient";

    /** How ranks count. */
    enum Ranking {
        /** In the teacher's order, all alike. */
        PLACKETT_LUCE,
        /** The sampled token first, then in the teacher's order, each weighted with the teacher's probability. */
        WEIGHTED
    }

    private final Support support;
    private final int candidates;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    TokenSelectiveDistillation(SettingsBinder binder) {
        support = Support.ofBoth(binder);
        candidates = binder.integer("candidates", 10, 2, 256, "the student's likeliest tokens that are ranked");
        constants = Map.ofEntries(
                Map.entry("CANDIDATES", candidates),
                Map.entry(
                        "RANKING",
                        SettingsBinder.word(binder.choice(
                                "ranking",
                                Ranking.PLACKETT_LUCE,
                                "whether ranks count alike or as the teacher's mass"))),
                Map.entry(
                        "RANKING_WEIGHT",
                        binder.number(RANKING_WEIGHT, 0.1, 0, 1e6, "weight of the ranking in the opener")),
                Map.entry(
                        "OPENER",
                        binder.number("opener", 0.1, 0.001, 1, "share of a trajectory's entropy that is its opener")),
                Map.entry(
                        "TEACHER_MIX_WEIGHT",
                        binder.number("teacherMixWeight", 0.9, 0.001, 0.999, "weight of the teacher in the mixture")),
                Map.entry(
                        "GATE_TEMPERATURE",
                        binder.number("gateTemperature", 1, 0.01, 100, "how gently the gate opens, in nats")),
                Map.entry(
                        "ENTROPY_COEFFICIENT",
                        binder.number(
                                ENTROPY_COEFFICIENT,
                                1,
                                0,
                                1e6,
                                "weight of the student's entropy where it is highest; 1 as published ruins small models")),
                Map.entry(
                        "ENTROPY_SHARE",
                        binder.number("entropyShare", 0.1, 0.001, 1, "share of tokens whose entropy is lowered")),
                Map.entry("MEAN", Mean.of(binder)));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "TSD-KD, arXiv 2603.13260";
    }

    @Override
    public Needs needs() {
        return new Needs(true, support.topK(), Math.max(support.topK(), candidates), true, true, false, false, false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return new ScriptLoss(
                this, vocabularySize, List.of(ScriptPart.TRAJECTORIES, support.part()), METRICS, constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public SortedMap<String, String> atRest() {
        SortedMap<String, String> atRest = new TreeMap<>(settings);
        atRest.put(RANKING_WEIGHT, "0");
        atRest.put(ENTROPY_COEFFICIENT, "0");
        return atRest;
    }

    @Override
    public boolean separable() {
        return false;
    }
}
