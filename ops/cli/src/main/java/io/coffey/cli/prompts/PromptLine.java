// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import io.coffey.distillation.trajectory.Prompt;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as a file has it.
 *
 * @param place file and line, for messages
 * @param text what the student is shown
 * @param reference privileged reference; absent when the line has none
 * @param teacherText a teacher's response; absent when the line has none
 */
public record PromptLine(
        String place,
        String text,
        @Nullable String reference,
        @Nullable String teacherText) {

    private static final double TWO_TO_32 = 0x1p32;

    /** Identity of the prompt: of its text and its reference, and of nothing else, so that every run agrees on it. */
    public String id() {
        String whole = text + "\0" + (reference == null ? "" : reference);
        return DigestUtils.sha256Hex(whole).substring(0, 16);
    }

    /**
     * Whether the prompt is kept for evaluation. Decided by its identity, so that it holds for every run and every
     * file.
     *
     * @param share share of prompts to hold out
     */
    public boolean isHeldOut(double share) {
        return Long.parseLong(id().substring(0, 8), 16) / TWO_TO_32 < share;
    }

    /** The prompt of the log. */
    public Prompt toPrompt(int[] tokens) {
        return new Prompt(id(), text, tokens, reference, teacherText, Map.of());
    }
}
