// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Entropy-aware on-policy distillation (EOPD): the policy gradient of sampled tokens everywhere, and where the teacher
 * is undecided the forward KL on its likeliest tokens as well, which keeps the student from settling on one of them.
 *
 * <pre>
 *   loss = mean over tokens of  policy gradient + forwardWeight * 1[H(p) &gt; entropyGate] * KL(p||q)
 * </pre>
 *
 * <p>Published: a gate of 0.8 nats, the teacher's 16 likeliest tokens, and PPO's clip where this has the
 * {@linkplain SampledTokenPolicyGradient truncated ratio}. Samples must come from the student's own distribution.
 */
final class EntropyGatedPolicyGradient implements Objective {

    static final String TYPE = "eopd";

    private static final List<String> METRICS = List.of("gatedTokens", "gatedForwardKl");
    private static final int PUBLISHED_TOP_K = 16;

    private final PolicyGradient gradient;
    private final Support support;
    private final Map<String, Object> constants;
    private final SortedMap<String, String> settings;

    EntropyGatedPolicyGradient(SettingsBinder binder) {
        gradient = new PolicyGradient(binder);
        int topK = binder.integer("topK", PUBLISHED_TOP_K, 1, 256, "the teacher's likeliest tokens for the forward KL");
        Support.ClosedTail tail =
                binder.choice("tail", Support.ClosedTail.BUCKET, "how the mass outside those tokens counts");
        support = new Support(topK, true, false, SettingsBinder.word(tail));
        constants = Map.of(
                "ENTROPY_GATE",
                binder.number("entropyGate", 0.8, 0, 100, "entropy of the teacher, in nats, above which it is added"),
                "FORWARD_WEIGHT",
                binder.number("forwardWeight", 1, 0, 1e6, "factor of the forward KL"),
                "MEAN",
                Mean.of(binder));
        settings = binder.values();
    }

    @Override
    public String name() {
        return TYPE;
    }

    @Override
    public String paper() {
        return "EOPD, entropy-aware on-policy distillation";
    }

    @Override
    public Needs needs() {
        return support.needs(true).withAlternatives(gradient.alternatives());
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        List<ScriptPart> parts = new ArrayList<>(List.of(support.part()));
        parts.addAll(gradient.parts());
        return new ScriptLoss(this, vocabularySize, parts, METRICS, constants);
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
