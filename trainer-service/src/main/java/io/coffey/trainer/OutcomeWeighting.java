// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.verifier.Verifier;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.tokenizer.Tokenizer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weighs a trajectory by whether its completion is right and whether it was cut off. Distillation gradients point where
 * outcomes improve more often on wrong completions than on right ones (Unmasking On-Policy Distillation), hence a
 * factor for either.
 */
final class OutcomeWeighting implements Weighting {

    private final WeightingSection factors;
    private final @Nullable Verifier verifier;
    private final Map<String, Prompt> prompts;
    private final Tokenizer tokenizer;

    /**
     * @param prompts prompts of the run, by id
     * @param tokenizer the student's
     * @throws IllegalArgumentException naming the setting that does not go with the others, or with a prompt
     */
    OutcomeWeighting(WeightingSection factors, Map<String, Prompt> prompts, Tokenizer tokenizer) {
        requireVerifier(factors);
        this.factors = factors;
        this.verifier = factors.verifier().map(Verifiers::named).orElse(null);
        this.prompts = prompts;
        this.tokenizer = tokenizer;
        if (verifier != null) {
            prompts.values().forEach(prompt -> verdict(verifier, prompt, ""));
        }
    }

    /**
     * Checks the settings alone.
     *
     * @throws IllegalArgumentException if there is no such verifier, or none where one is needed
     */
    static void requireVerifier(WeightingSection factors) {
        String known = String.join(", ", Verifiers.names());
        String named = factors.verifier().orElse(null);
        if (named == null && (factors.whenRight() != 1 || factors.whenWrong() != 1)) {
            throw new IllegalArgumentException(
                    "trainer.weighting.verifier: expected one of %s, as whenRight or whenWrong is not 1, found none"
                            .formatted(known));
        }
        if (named != null && !Verifiers.names().contains(named)) {
            throw new IllegalArgumentException(
                    "trainer.weighting.verifier: expected one of %s, found \"%s\"".formatted(known, named));
        }
    }

    @Override
    public Weight of(Trajectory trajectory) {
        double factor = trajectory.finishReason() == FinishReason.LENGTH ? factors.whenTruncated() : 1;
        if (verifier == null) {
            return new Weight((float) factor, Double.NaN);
        }
        Prompt prompt = prompts.get(trajectory.promptId());
        if (prompt == null) {
            throw new IllegalStateException("trajectory %s completes prompt %s, which the prompts topic does not hold"
                    .formatted(trajectory.id(), trajectory.promptId()));
        }
        boolean right = verdict(verifier, prompt, tokenizer.decode(trajectory.tokens()));
        factor *= right ? factors.whenRight() : factors.whenWrong();
        return new Weight((float) factor, right ? 1 : 0);
    }

    private static boolean verdict(Verifier verifier, Prompt prompt, String completion) {
        try {
            return verifier.correct(prompt.text(), completion, prompt.reference());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "trainer.weighting.verifier: prompt %s cannot be judged: %s".formatted(prompt.id(), e.getMessage()),
                    e);
        }
    }
}
