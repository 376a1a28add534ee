// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import io.coffey.distillation.trajectory.Prompt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as the file has it.
 *
 * @param line its line, from 1
 * @param text what the student is shown
 * @param reference privileged reference; absent when the line has none
 * @param teacherText a teacher's response; absent when the line has none
 * @param tags free labels
 */
public record PromptLine(
        int line,
        String text,
        @Nullable String reference,
        @Nullable String teacherText,
        Map<String, String> tags) {

    private static final double TWO_TO_32 = 0x1p32;

    public PromptLine {
        tags = Map.copyOf(tags);
    }

    /** Identity of the prompt: of its text and its reference, and of nothing else, so that every run agrees on it. */
    public String id() {
        String whole = text + "\0" + (reference == null ? "" : reference);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Whether the prompt is kept for evaluation. Decided by its identity, so that it holds for every run and every file.
     *
     * @param share share of prompts to hold out
     */
    public boolean isHeldOut(double share) {
        return Long.parseLong(id().substring(0, 8), 16) / TWO_TO_32 < share;
    }

    /** The prompt of the log. */
    public Prompt toPrompt(int[] tokens) {
        return new Prompt(id(), text, tokens, reference, teacherText, tags);
    }
}
