// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Forward KL of each position, and the cost of carrying the student's distributions to the teacher's as a set (SinKD,
 * Cui et al. 2024, arXiv 2402.17110).
 *
 * <pre>
 *   W_ij = sum over v of |q_i(v) - p_j(v)|         at temperature, i and j positions of the micro-batch
 *   P    = exp(-W / regularisation), rows and columns normalised in turn, iterations times
 *   loss = divergenceWeight KL(p||q) + weight sum over i, j of P_ij W_ij
 * </pre>
 *
 * <p>The cost is a sum over the positions of the micro-batch, as published, so its pull grows with their number; memory
 * grows with its square. Distances are over all tokens that are in the support of some position, and one entry for the
 * rest. At {@code p = q} the cost is not zero, for the plan is blurred: neighbours' distributions count, too.
 */
final class SinkhornDivergence implements Objective {

    static final String TYPE = "sinkhorn";

    private static final List<String> METRICS = List.of("transportCost");
    private static final String WEIGHT = "weight";

    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    SinkhornDivergence(SettingsBinder binder) {
        support = new Support(Support.topK(binder), true, true, SettingsBinder.word(Support.ClosedTail.BUCKET));
        constants = Map.of(
                "WEIGHT", binder.number(WEIGHT, 8e-4, 0, 1e6, "weight of the transport's cost"),
                "DIVERGENCE_WEIGHT", binder.number("divergenceWeight", 1, 0, 1e6, "weight of the forward KL"),
                "TEMPERATURE", binder.number("temperature", 2, 0.01, 100, "temperature of the distances"),
                "REGULARISATION",
                        binder.number(
                                "regularisation", 0.1, 0.01, 100, "how blurred the plan is, in units of distance"),
                "ITERATIONS", binder.integer("iterations", 20, 1, 1000, "normalisations of the plan"),
                "MEAN", Mean.of(binder));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "SinKD, Cui et al. 2024, arXiv 2402.17110";
    }

    @Override
    public Needs needs() {
        return support.needs(false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return ScriptLoss.onSupport(this, vocabularySize, support, METRICS, constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public SortedMap<String, String> atRest() {
        SortedMap<String, String> atRest = new TreeMap<>(settings);
        atRest.put(WEIGHT, "0");
        return atRest;
    }

    @Override
    public boolean separable() {
        return false;
    }
}
