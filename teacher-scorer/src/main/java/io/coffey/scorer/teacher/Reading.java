// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.Trajectory;
import org.jspecify.annotations.Nullable;

/**
 * A trajectory as a teacher reads it: the student's completion after a prompt of the teacher's own. Scores are indexed
 * by completion position, so the two prompts may differ in length.
 *
 * @param trajectory what the student did
 * @param prompt token ids that the teacher sees before the completion
 * @param contextHash hash of the privileged context among them; absent when they are what the student saw
 */
public record Reading(
        Trajectory trajectory, int[] prompt, @Nullable String contextHash) {

    /** The trajectory after the prompt that the student saw. */
    public static Reading plain(Trajectory trajectory) {
        return new Reading(trajectory, trajectory.promptTokens(), null);
    }
}
