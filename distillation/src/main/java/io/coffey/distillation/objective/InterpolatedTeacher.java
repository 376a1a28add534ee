// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Distillation from a teacher that begins near the student and moves away from it (TAID, Shing et al. 2025, arXiv
 * 2501.16937).
 *
 * <pre>
 *   p_t  = softmax((1 - t) z_q + t z_p)            no gradient; on log-probabilities the same
 *   loss = KL(p_t||q)                              the metric crossEntropy is CE(p_t, q), which steers t
 * </pre>
 *
 * <p>After every step, with {@code c} the step's cross-entropy and {@code c'} that of the step before:
 *
 * <pre>
 *   m = momentum m + (1 - momentum) (c' - c) / c'
 *   t = min(tEnd, max(tStart + (tEnd - tStart) progress, t + stepSize sigmoid(m) (1 - t)))
 * </pre>
 *
 * <p>So {@code t} rises at least as fast as the run goes by, which makes the run's number of steps part of what it is.
 */
final class InterpolatedTeacher implements Objective, Controller {

    static final String TYPE = "taid";

    /** State: how far from the student the teacher has come, t. */
    static final String INTERPOLATION = "interpolation";

    /** State: smoothed relative fall of the cross-entropy, m. */
    static final String MOMENTUM = "momentum";

    /** State: cross-entropy of the step before, c'; 0 before the first. Also the metric it comes from. */
    static final String CROSS_ENTROPY = "crossEntropy";

    private final Support support;
    private final double start;
    private final double end;
    private final double stepSize;
    private final double momentum;
    private final String mean;
    private final SortedMap<String, String> settings;

    InterpolatedTeacher(SettingsBinder binder) {
        support = Support.ofBoth(binder);
        start = binder.number("tStart", 0.4, 0, 1, "share of the teacher in the interpolation at first");
        end = binder.number("tEnd", 1, 0, 1, "its share at most, reached as the run ends");
        stepSize = binder.number("stepSize", 5e-4, 0, 1, "most that the share rises in a step beyond the run's pace");
        momentum = binder.number("momentum", 0.99, 0, 1, "what the fall of the cross-entropy is smoothed with");
        mean = Mean.of(binder);
        if (end < start) {
            binder.refuse("tEnd", "a number not below tStart, which is " + start);
        }
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "TAID, Shing et al. 2025, arXiv 2501.16937";
    }

    @Override
    public Needs needs() {
        return support.needs(false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return ScriptLoss.onSupport(this, vocabularySize, support, List.of(CROSS_ENTROPY), Map.of("MEAN", mean));
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
    public Controller controller() {
        return this;
    }

    @Override
    public SortedMap<String, Double> initial() {
        return new TreeMap<>(Map.of(INTERPOLATION, start, MOMENTUM, 0.0, CROSS_ENTROPY, 0.0));
    }

    @Override
    public Map<String, Double> next(Map<String, Double> state, Map<String, Double> metrics, double progress) {
        double before = state.getOrDefault(CROSS_ENTROPY, 0.0);
        double now = metrics.getOrDefault(CROSS_ENTROPY, Double.NaN);
        double t = state.getOrDefault(INTERPOLATION, start);
        double m = state.getOrDefault(MOMENTUM, 0.0);
        if (before > 0) {
            m = momentum * m + (1 - momentum) * (before - now) / before;
            double risen = t + stepSize / (1 + Math.exp(-m)) * (1 - t);
            t = Math.min(end, Math.max(start + (end - start) * progress, risen));
        }
        return Map.of(INTERPOLATION, t, MOMENTUM, m, CROSS_ENTROPY, now);
    }

    @Override
    public boolean readsProgress() {
        return true;
    }
}
