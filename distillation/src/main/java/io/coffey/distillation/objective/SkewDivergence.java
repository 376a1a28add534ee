// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Divergence to a mixture that the student is part of, so that it stays finite where one side has no mass (DistiLLM, Ko
 * et al. 2024, arXiv 2402.03898; DistiLLM-2, arXiv 2503.07067).
 *
 * <pre>
 *   forward   KL(p || a p + (1 - a) q)        skewed KL, SKL
 *   reverse   KL(q || a q + (1 - a) p)        skewed reverse KL, SRKL
 * </pre>
 *
 * <p>{@code a} is the share of the side that the sum is weighted with. At 0 they are the plain divergences.
 */
final class SkewDivergence implements Objective {

    static final String TYPE = "skew";

    /** Which side the sum is weighted with. */
    enum Direction {
        FORWARD,
        REVERSE
    }

    private final Direction direction;
    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    SkewDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which side the divergence is weighted with");
        support = Support.ofBoth(binder);
        constants = Map.of(
                "DIRECTION", SettingsBinder.word(direction),
                "SKEW", binder.number("skew", 0.1, 0.001, 0.999, "share of that side in the mixture"),
                "MEAN", Mean.of(binder));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE + "/" + SettingsBinder.word(direction);
    }

    @Override
    public String paper() {
        return "DistiLLM, Ko et al. 2024, arXiv 2402.03898; DistiLLM-2, arXiv 2503.07067";
    }

    @Override
    public Needs needs() {
        return support.needs(false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return ScriptLoss.onSupport(this, vocabularySize, support, List.of(), constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }
}
