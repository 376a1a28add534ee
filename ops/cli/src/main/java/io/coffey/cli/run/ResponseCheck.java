// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptCheck;
import io.coffey.cli.prompts.PromptLine;
import io.coffey.model.ModelDirectory;
import io.coffey.tokenizer.Continuation;
import io.coffey.tokenizer.SpecialTokens;
import java.util.Optional;

/** Whether a student can be taught to prefer the teacher's response to a prompt. */
final class ResponseCheck implements PromptCheck {

    private final ModelDirectory student;
    private final boolean written;

    /** @param written whether a teacher's model writes the responses that are missing */
    ResponseCheck(ModelDirectory student, boolean written) {
        this.student = student;
        this.written = written;
    }

    @Override
    public Optional<String> refusal(PromptLine line) {
        String response = line.teacherText();
        if (response == null) {
            return written
                    ? Optional.empty()
                    : Optional.of(
                            "no response of the teacher (prompts.responseKey), which the student is to prefer, and no"
                                    + " teacher.model that could write one");
        }
        return response.isBlank()
                ? Optional.of("empty response of the teacher (prompts.responseKey), expected a text")
                : Optional.empty();
    }

    @Override
    public Optional<String> excess(PromptLine line) {
        if (line.teacherText() == null) {
            return Optional.empty();
        }
        int[] prompt = student.tokenizer().encode(line.text(), SpecialTokens.PARSED);
        int[] response = Continuation.tokens(
                student.tokenizer(),
                line.text(),
                prompt,
                line.teacherText(),
                student.config().stopTokens().get(0));
        int length = prompt.length + response.length;
        return length <= student.config().maxLength()
                ? Optional.empty()
                : Optional.of("prompt and response of %d tokens, expected at most %d: the student's context"
                        .formatted(length, student.config().maxLength()));
    }
}
