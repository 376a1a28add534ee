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
 *
 * <p>With {@code samples} above 1 the rollout draws further tokens at every position, the teacher scores them, and the
 * loss is the mean over all (AsyncOPD, 16 to 64 samples): less variance for no more text.
 */
final class SampledTokenPolicyGradient implements Objective {

    static final String TYPE = "policy-gradient";

    private final PolicyGradient gradient;
    private final String mean;
    private final SortedMap<String, String> settings;

    SampledTokenPolicyGradient(SettingsBinder binder) {
        gradient = new PolicyGradient(binder);
        mean = Mean.of(binder);
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "On-Policy Distillation, Lu et al. 2025";
    }

    @Override
    public Needs needs() {
        return new Needs(true, 0, 0, false, false, false, false, false, gradient.alternatives());
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return new ScriptLoss(this, vocabularySize, gradient.parts(), List.of(), Map.of("MEAN", mean));
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings;
    }

    @Override
    public SortedMap<String, String> atRest() {
        return PolicyGradient.atRest(settings);
    }

    @Override
    public boolean separable() {
        return gradient.separable();
    }

    @Override
    public boolean policyGradient() {
        return true;
    }
}
