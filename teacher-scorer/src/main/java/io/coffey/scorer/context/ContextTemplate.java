// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.context;

import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * How a prompt and its reference become what the teacher sees.
 *
 * @param text a text with {@value #PROMPT} and {@value #REFERENCE}, each where its text goes; braces otherwise stand
 *     for themselves
 */
public record ContextTemplate(String text) {

    /** Stands for what the student sees. */
    public static final String PROMPT = "{prompt}";

    /** Stands for the privileged reference. */
    public static final String REFERENCE = "{reference}";

    /** The reference after the prompt, an empty line between. */
    public static final ContextTemplate PLAIN = new ContextTemplate(PROMPT + "\n\n" + REFERENCE);

    public ContextTemplate {
        problem(text).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /** What is wrong with a template, in one line; empty when nothing is. */
    public static Optional<String> problem(String text) {
        for (String placeholder : new String[] {PROMPT, REFERENCE}) {
            if (!text.contains(placeholder)) {
                return Optional.of("expected a text with {prompt} and {reference}, found none with " + placeholder);
            }
        }
        return Optional.empty();
    }

    /** The teacher's prompt. Braces in a prompt or a reference are text. */
    String fill(String prompt, String reference) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(PROMPT, at)) {
                filled.append(prompt);
                at += PROMPT.length();
            } else if (text.startsWith(REFERENCE, at)) {
                filled.append(reference);
                at += REFERENCE.length();
            } else {
                filled.append(text.charAt(at));
                at++;
            }
        }
        return filled.toString();
    }

    /** SHA-256, in hexadecimal, of the template, a NUL and the reference: the context that a score was made under. */
    public String hash(String reference) {
        return DigestUtils.sha256Hex(text + '\0' + reference);
    }
}
