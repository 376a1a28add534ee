// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Divergence on the hardest tokens, each at a temperature of its own (AdaKD, Xie et al. 2025, arXiv 2510.11615).
 *
 * <pre>
 *   s    = Hellinger distance of p and q at the position
 *   T    = baseTemperature * exp(-temperatureScale * tanh(log(s / median s)))        IDTS: hard tokens sharper
 *   loss = mean over the kept tokens of T^2 KL at temperature T,                     LATF: kept are the hardest share r
 * </pre>
 *
 * <p>The share follows the loss. After every step, with {@code e} the moving average of the loss and, from the end of
 * the warm-up, {@code e'} what it was when the share last changed:
 *
 * <pre>
 *   r = max(leastShare, r (1 - shareStep))   if e &lt; e' (1 - tolerance)
 *   r = min(1, r (1 + shareStep))            if e > e' (1 + tolerance)
 * </pre>
 *
 * <p>Which tokens are kept and what the median is, is decided within each micro-batch, as in the published code within
 * each device's batch: with {@code trainer.microBatchTokens} below the batch, comparisons are among fewer tokens. The
 * paper writes the median of all tokens, the code takes the lower middle of those kept.
 */
final class AdaptiveDivergence implements Objective, Controller {

    static final String TYPE = "adakd";

    /** State: share of the tokens that is kept, r. */
    static final String KEPT_SHARE = "keptShare";

    /** State: moving average of the loss, e. */
    static final String AVERAGE_LOSS = "averageLoss";

    /** State: the average when the share last changed, e'. */
    static final String REFERENCE_LOSS = "referenceLoss";

    /** State: steps that have moved the average. */
    static final String AVERAGED_STEPS = "averagedSteps";

    private static final List<String> METRICS = List.of("hellinger", "keptTokens", "tokenTemperature");

    /** Which KL. */
    enum Direction {
        FORWARD,
        REVERSE
    }

    /** What a token's distance is compared with. */
    enum Median {
        /** The median of all tokens. */
        ALL,
        /** The lower middle of the tokens that are kept. */
        KEPT
    }

    private final Direction direction;
    private final Support support;
    private final Map<String, Object> constants;
    private final double decay;
    private final int warmupSteps;
    private final double tolerance;
    private final double shareStep;
    private final double leastShare;
    private final SortedMap<String, String> settings;

    AdaptiveDivergence(SettingsBinder binder) {
        direction = binder.choice("direction", Direction.REVERSE, "which divergence of teacher and student");
        support = Support.ofBoth(binder);
        constants = Map.of(
                "DIRECTION", SettingsBinder.word(direction),
                "BASE_TEMPERATURE",
                        binder.number("baseTemperature", 1, 0.01, 100, "temperature of a token of median distance"),
                "TEMPERATURE_SCALE",
                        binder.number(
                                "temperatureScale", 0.5, 0, 4, "how far temperatures spread; 0 for one temperature"),
                "MEDIAN",
                        SettingsBinder.word(
                                binder.choice("median", Median.ALL, "of which tokens the median distance is taken")),
                "MEAN", Mean.of(binder));
        decay = binder.number("lossDecay", 0.99, 0, 1, "decay of the moving average of the loss");
        warmupSteps = binder.integer("warmupSteps", 100, 1, 1_000_000, "steps before the share may change");
        tolerance = binder.number("tolerance", 0.05, 0, 1, "relative change of the average that changes the share");
        shareStep = binder.number("shareStep", 0.05, 0, 1, "relative change of the share; 0 keeps all tokens");
        leastShare = binder.number("leastShare", 0.1, 0.001, 1, "least share of tokens that is kept");
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE + "/" + SettingsBinder.word(direction);
    }

    @Override
    public String paper() {
        return "AdaKD, Xie et al. 2025, arXiv 2510.11615";
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
    public boolean separable() {
        return false;
    }

    @Override
    public Controller controller() {
        return this;
    }

    @Override
    public SortedMap<String, Double> initial() {
        return new TreeMap<>(Map.of(KEPT_SHARE, 1.0, AVERAGE_LOSS, 0.0, REFERENCE_LOSS, 0.0, AVERAGED_STEPS, 0.0));
    }

    @Override
    public Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress) {
        double loss = metrics.getOrDefault("loss", Double.NaN);
        double steps = state.getOrDefault(AVERAGED_STEPS, 0.0);
        double share = state.getOrDefault(KEPT_SHARE, 1.0);
        double reference = state.getOrDefault(REFERENCE_LOSS, 0.0);
        double average = steps == 0 ? loss : decay * state.getOrDefault(AVERAGE_LOSS, 0.0) + (1 - decay) * loss;
        if (steps < warmupSteps) {
            reference = average;
        } else if (average < reference * (1 - tolerance)) {
            reference = average;
            share = Math.max(leastShare, share * (1 - shareStep));
        } else if (average > reference * (1 + tolerance)) {
            reference = average;
            share = Math.min(1, share * (1 + shareStep));
        }
        return Map.of(KEPT_SHARE, share, AVERAGE_LOSS, average, REFERENCE_LOSS, reference, AVERAGED_STEPS, steps + 1);
    }
}
