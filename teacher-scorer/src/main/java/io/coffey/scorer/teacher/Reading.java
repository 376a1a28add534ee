// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import io.coffey.distillation.trajectory.Trajectory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trajectory as a teacher reads it: the student's completion after a prompt of the teacher's own. Scores are indexed
 * by completion position, so the two prompts may differ in length.
 *
 * @param trajectory what the student did
 * @param prompt token ids that the teacher sees before the completion
 * @param contextHash hash of the privileged context among them; absent when they are what the student saw
 * @param chosen the response to the same prompt that is preferred to the trajectory; absent when nothing is compared
 */
public record Reading(
        Trajectory trajectory,
        int[] prompt,
        @Nullable String contextHash,
        @Nullable Trajectory chosen) {

    /** A trajectory with which nothing is compared. */
    public Reading(Trajectory trajectory, int[] prompt, @Nullable String contextHash) {
        this(trajectory, prompt, contextHash, null);
    }

    /** The trajectory after the prompt that the student saw. */
    public static Reading plain(Trajectory trajectory) {
        return new Reading(trajectory, trajectory.promptTokens(), null);
    }

    /** The same beside a response that is preferred to it. */
    public Reading besides(Trajectory preferred) {
        return new Reading(trajectory, prompt, contextHash, preferred);
    }

    /** This, and after it the preferred response where there is one: all that is to be scored. */
    List<Reading> all() {
        return chosen == null ? List.of(this) : List.of(this, plain(chosen));
    }
}
