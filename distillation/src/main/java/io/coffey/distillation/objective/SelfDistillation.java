// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * On-policy self-distillation, OPSD (arXiv 2601.18734): the teacher is the student itself, shown a reference {@code y*}
 * that the student does not see,
 *
 * <pre>
 *   mean over the student's samples y of  D( p(. | x, y*, y&lt;t) || q(. | x, y&lt;t) )
 * </pre>
 *
 * <p>with the gradient through {@code q} alone. The divergence is a {@link TokenDivergence}, whose settings, script and
 * metrics it has, with the paper's defaults: forward, each entry of the vocabulary clipped, every trajectory counting
 * the same. What it adds is the need of a privileged context.
 */
final class SelfDistillation implements Objective {

    static final String TYPE = "opsd";

    private final TokenDivergence divergence;
    private final Needs needs;

    SelfDistillation(SettingsBinder binder) {
        divergence = new TokenDivergence(binder.preset("direction", "forward")
                .preset("clip", "vocabulary")
                .preset("mean", "sequences"));
        needs = divergence.needs().withContext();
    }

    @Override
    public String name() {
        return TYPE + "/" + settings().get("direction");
    }

    @Override
    public String paper() {
        return "OPSD, Zhao et al. 2026, arXiv 2601.18734";
    }

    @Override
    public Needs needs() {
        return needs;
    }

    @Override
    public ObjectiveLoss compile(int vocabularySize) {
        return divergence.compile(this, vocabularySize);
    }

    @Override
    public boolean policyGradient() {
        return divergence.policyGradient();
    }

    @Override
    public boolean softensTeacher() {
        return divergence.softensTeacher();
    }

    @Override
    public SortedMap<String, String> atRest() {
        SortedMap<String, String> atRest = new TreeMap<>(divergence.atRest());
        atRest.put(SettingsBinder.TYPE, TYPE);
        return atRest;
    }

    @Override
    public SortedMap<String, String> settings() {
        return divergence.settings();
    }
}
