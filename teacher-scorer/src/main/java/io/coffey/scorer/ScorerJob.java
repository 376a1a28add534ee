// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.model.ModelDirectory;
import io.coffey.scorer.context.PrivilegedContext;
import io.coffey.scorer.pair.Pairing;
import io.coffey.scorer.teacher.Reading;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Everything a scorer is told.
 *
 * @param runId the run
 * @param settings section {@code scorer} of the run file
 * @param teacher section {@code teacher}, free of {@link TeacherChoice#problems}
 * @param model the teacher's network and tokenizer, and its weights where they do not change; of pairs the reference's:
 *     the warmed-up student
 * @param needs what to attach
 */
public record ScorerJob(
        String runId, ScorerSection settings, TeacherSection teacher, ModelDirectory model, Needs needs) {

    /** What the teacher is shown beside the student's prompt; empty for nothing. */
    public Optional<PrivilegedContext> context() {
        return TeacherChoice.template(teacher, needs)
                .map(template -> new PrivilegedContext(template, model.tokenizer()));
    }

    /** What a trajectory is joined with of its prompt; empty for nothing. */
    public Optional<BiFunction<Trajectory, Prompt, Reading>> join() {
        if (needs.pairs()) {
            int stopToken = model.config().stopTokens().get(0);
            return Optional.of(new Pairing(model.tokenizer(), stopToken)::read);
        }
        return context().map(context -> context::read);
    }
}
