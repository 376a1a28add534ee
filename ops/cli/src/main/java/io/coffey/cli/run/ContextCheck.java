// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptLine;
import io.coffey.scorer.context.PrivilegedContext;
import java.util.Optional;
import java.util.function.Function;

/** Whether a teacher that is shown references can be shown that of a prompt. */
final class ContextCheck implements Function<PromptLine, Optional<String>> {

    private final PrivilegedContext context;
    private final int longest;

    /** @param longest most tokens that the teacher's prompt may have */
    ContextCheck(PrivilegedContext context, int longest) {
        this.context = context;
        this.longest = longest;
    }

    @Override
    public Optional<String> apply(PromptLine line) {
        String reference = line.reference();
        if (reference == null) {
            return Optional.of("no \"reference\", which the teacher is to be shown");
        }
        int length = context.tokens(line.text(), reference).length;
        return length <= longest
                ? Optional.empty()
                : Optional.of(
                        "prompt of %d tokens with its reference, expected at most %d: the teacher's context less the new tokens"
                                .formatted(length, longest));
    }
}
