// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
 *
 * <p>With {@code adaptation: gap} every trajectory has a share of its own (DistiLLM-2): with {@code g} the difference
 * of the geometric means of the probabilities of its tokens, teacher minus student for {@code forward} and the other
 * way round for {@code reverse}, and {@code m} the mean of {@code g} over the trajectories of the step before,
 *
 * <pre>
 *   a = clip(1 - (1 - skew) m / (g + 1e-5), leastSkew, skew)
 * </pre>
 *
 * <p>so that trajectories with a gap like others' or less have a small one. Before there is an {@code m}, and where a
 * gap is negative, it is {@code skew}.
 */
final class SkewDivergence implements Objective, Controller {

    static final String TYPE = "skew";

    /** Which side the sum is weighted with. */
    enum Direction {
        FORWARD,
        REVERSE
    }

    /** Whether trajectories have shares of their own. */
    enum Adaptation {
        NONE,
        GAP
    }

    /** State, and metric: mean gap of the trajectories of a step, m. */
    private static final String GAP = "sequenceGap";

    private static final List<String> METRICS = List.of("skew", GAP);

    private final Direction direction;
    private final boolean adaptive;
    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    SkewDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which side the divergence is weighted with");
        support = Support.ofBoth(binder);
        double skew = binder.number("skew", 0.1, 0.001, 0.999, "share of that side in the mixture");
        Adaptation adaptation = binder.choice(
                "adaptation", Adaptation.NONE, "whether each trajectory has a share of its own, by its gap");
        adaptive = adaptation == Adaptation.GAP;
        double least = binder.number("leastSkew", 0.01, 0.001, 0.999, "least share of a trajectory of its own");
        if (adaptive && least > skew) {
            binder.refuse("leastSkew", "no more than skew, which is " + skew);
        }
        constants = Map.of(
                "DIRECTION",
                SettingsBinder.word(direction),
                "SKEW",
                skew,
                "LEAST_SKEW",
                least,
                "ADAPTATION",
                SettingsBinder.word(adaptation),
                "MEAN_GAP",
                adaptive ? "float(" + GAP + ")" : "0.0",
                "MEAN",
                Mean.of(binder));
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
        return new ScriptLoss(
                this,
                vocabularySize,
                List.of(ScriptPart.TRAJECTORIES, support.part()),
                adaptive ? METRICS : List.of(),
                constants);
    }

    @Override
    public boolean softensTeacher() {
        return true;
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public boolean separable() {
        return !adaptive;
    }

    @Override
    public Controller controller() {
        return adaptive ? this : NONE;
    }

    @Override
    public SortedMap<String, Double> initial() {
        return new TreeMap<>(Map.of(GAP, 0.0));
    }

    @Override
    public Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress) {
        return Map.of(GAP, metrics.getOrDefault(GAP, 0.0));
    }
}
