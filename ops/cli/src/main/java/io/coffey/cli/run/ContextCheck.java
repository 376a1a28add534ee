// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptCheck;
import io.coffey.cli.prompts.PromptLine;
import io.coffey.scorer.context.PrivilegedContext;
import java.util.Objects;
import java.util.Optional;

/** Whether a teacher that is shown references can be shown that of a prompt. */
final class ContextCheck implements PromptCheck {

    private final PrivilegedContext context;
    private final int longest;

    /** @param longest most tokens that the teacher's prompt may have */
    ContextCheck(PrivilegedContext context, int longest) {
        this.context = context;
        this.longest = longest;
    }

    @Override
    public Optional<String> refusal(PromptLine line) {
        return line.reference() == null
                ? Optional.of("no reference (prompts.referenceKey), which the teacher is to be shown")
                : Optional.empty();
    }

    @Override
    public Optional<String> excess(PromptLine line) {
        int length = context.tokens(line.text(), Objects.requireNonNull(line.reference())).length;
        return length <= longest
                ? Optional.empty()
                : Optional.of(
                        "prompt of %d tokens with its reference, expected at most %d: the teacher's context less the new tokens"
                                .formatted(length, longest));
    }
}
