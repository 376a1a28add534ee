// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Both directions at once, the one weighted more whose model is less sure of the position (BD-KD, Amara et al. 2022,
 * arXiv 2212.12965; its form for language models as in AdaKD's code).
 *
 * <pre>
 *   loss = w(H_p > H_q) KL(p||q) + w(H_q > H_p) KL(q||p),      w(true) = higherWeight, w(false) = lowerWeight
 * </pre>
 *
 * <p>{@code H} are exact entropies of the position: the teacher's from the scorer, the student's of now, as a constant.
 */
final class BidirectionalDivergence implements Objective {

    static final String TYPE = "bidirectional";

    private static final List<String> METRICS = List.of("teacherLessSure");

    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    BidirectionalDivergence(SettingsBinder binder) {
        support = Support.ofBoth(binder);
        constants = Map.of(
                "HIGHER_WEIGHT",
                        binder.number(
                                "higherWeight", 3, 0, 1e6, "weight of the direction whose model has more entropy"),
                "LOWER_WEIGHT", binder.number("lowerWeight", 1, 0, 1e6, "weight of the other direction"),
                "MEAN", Mean.of(binder));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "BD-KD, Amara et al. 2022, arXiv 2212.12965";
    }

    @Override
    public Needs needs() {
        return support.needs(true);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return ScriptLoss.onSupport(this, vocabularySize, support, METRICS, constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }
}
