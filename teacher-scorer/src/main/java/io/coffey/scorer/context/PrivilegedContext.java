// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.context;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.tokenizer.SpecialTokens;
import io.coffey.tokenizer.Tokenizer;

/**
 * Puts a prompt's reference before the student's completion. Only the teacher's prompt is tokenised, whole and with
 * special tokens as the prompts' file spells them; the completion keeps the ids that were sampled. Thread-safe.
 */
public final class PrivilegedContext {

    private final ContextTemplate template;
    private final Tokenizer tokenizer;

    /**
     * A context.
     *
     * @param tokenizer of student and teacher, which stays open
     */
    public PrivilegedContext(ContextTemplate template, Tokenizer tokenizer) {
        this.template = template;
        this.tokenizer = tokenizer;
    }

    /**
     * A trajectory as the teacher reads it.
     *
     * @param prompt the trajectory's prompt
     * @throws UnscorableTrajectoryException if the prompt has no reference
     */
    public Reading read(Trajectory trajectory, Prompt prompt) {
        String reference = prompt.reference();
        if (reference == null) {
            throw new UnscorableTrajectoryException(
                    "prompt %s has no reference, which teacher.context shows the teacher".formatted(prompt.id()));
        }
        return new Reading(trajectory, tokens(prompt.text(), reference), template.hash(reference));
    }

    /** Token ids of the teacher's prompt. */
    public int[] tokens(String prompt, String reference) {
        return tokenizer.encode(template.fill(prompt, reference), SpecialTokens.PARSED);
    }
}
