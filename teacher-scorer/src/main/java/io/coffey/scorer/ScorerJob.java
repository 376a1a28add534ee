// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.objective.Needs;
import io.coffey.model.ModelDirectory;
import io.coffey.scorer.context.PrivilegedContext;
import java.util.Optional;

/**
 * Everything a scorer is told.
 *
 * @param runId the run
 * @param settings section {@code scorer} of the run file
 * @param teacher section {@code teacher}, free of {@link TeacherChoice#problems}
 * @param model the teacher's network and tokenizer, and its weights where they do not change
 * @param needs what to attach
 */
public record ScorerJob(
        String runId, ScorerSection settings, TeacherSection teacher, ModelDirectory model, Needs needs) {

    /** What the teacher is shown beside the student's prompt; empty for nothing. */
    public Optional<PrivilegedContext> context() {
        return TeacherChoice.template(teacher, needs)
                .map(template -> new PrivilegedContext(template, model.tokenizer()));
    }
}
