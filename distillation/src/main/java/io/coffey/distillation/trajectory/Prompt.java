// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prompt of the data set, tokenised once.
 *
 * @param id identity of the prompt in the run; the key of every record that descends from it
 * @param text what was tokenised
 * @param tokens token ids shown to the student
 * @param reference privileged reference solution, for the scorer's context and the checker; never shown to the student
 * @param teacherText a teacher's response where one was collected beforehand
 * @param tags free labels, by which telemetry is grouped
 */
public record Prompt(
        String id,
        String text,
        int[] tokens,
        @Nullable String reference,
        @Nullable String teacherText,
        Map<String, String> tags) {

    public Prompt {
        Require.that(!id.isBlank(), "prompt id is blank");
        Require.that(tokens.length > 0, "prompt %s has no tokens", id);
        tags = Map.copyOf(tags);
    }
}
