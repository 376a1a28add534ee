// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * On-policy distillation from sampled tokens: policy gradient with the log-ratio of teacher and student as reward of
 * each token (Lu et al., On-Policy Distillation, 2025), corrected for stale samples by truncated importance sampling.
 *
 * <pre>
 *   A    = clip(coefficient * (log p(y) - log q(y)))       q is the current student, not the one that sampled
 *   rho  = exp(clamp(log q(y) - log b(y)))                 b is the student that sampled
 *   loss = - mean over tokens of A * min(rho, ratioCap) * log q(y)        the gradient stops before the last factor
 * </pre>
 *
 * <p>Published caps of the ratio are 2 to 5. Ratios above 2 are rare where staleness is a few steps, so the default is
 * the lowest: it bounds the variance at little bias.
 *
 * <p>With the current student in the advantage and {@code rho} uncapped, its expected gradient is exactly that of the
 * reverse KL of each position, however stale the samples; with the behavior log-probability in the advantage it is not.
 * The value of the loss means little: watch the metric {@code reverseKl}. Samples must come from the student's own
 * distribution.
 */
final class SampledTokenPolicyGradient implements Objective {

    static final String TYPE = "policy-gradient";

    private static final List<String> METRICS =
            List.of("advantage", "clippedAdvantages", "importanceRatio", "truncatedRatios", "mismatchKl");

    /** What happens to the gradient of a token whose importance ratio is above the cap. */
    enum Truncation {
        /** It keeps a gradient, weighted with the cap: the ratio is a constant. */
        WEIGHT,
        /** It has none: the loss is differentiated through the minimum of ratio and cap. */
        DROP
    }

    private final SortedMap<String, String> settings;
    private final Map<String, Object> constants;

    SampledTokenPolicyGradient(SettingsBinder binder) {
        constants = Map.of(
                "COEFFICIENT",
                binder.number("coefficient", 1, 0, 1e6, "factor of the log-ratio of teacher and student"),
                "ADVANTAGE_CLIP",
                binder.number("advantageClip", 0, 0, 1e6, "largest advantage, in nats either way; 0 for no limit"),
                "RATIO_CAP",
                binder.number("ratioCap", 2, 1, 1e6, "largest importance ratio of the current to the sampling student"),
                "LOG_RATIO_CLAMP",
                binder.number("logRatioClamp", 20, 0.1, 80, "largest logarithm of the importance ratio, either way"),
                "TRUNCATION",
                SettingsBinder.word(binder.choice(
                        "truncation",
                        Truncation.WEIGHT,
                        "whether a token above ratioCap keeps a gradient weighted with the cap, or has none")),
                "MEAN",
                Mean.of(binder));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public Needs needs() {
        return new Needs(true, 0, 0, false, false, false, false, false);
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return new ScriptLoss(this, vocabularySize, METRICS, constants);
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public boolean policyGradient() {
        return true;
    }
}
