// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import io.coffey.training.JsonLines;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of prompts, a JSON object a line, and how its lines are read. Names that are not asked for are left alone, so
 * that a data set can be used as it is.
 *
 * @param path the file
 * @param promptKey name of the prompt in a line
 * @param referenceKey name of the privileged reference in a line, which need not have one
 * @param responseKey name of a teacher's response in a line, which need not have one
 * @param template what the student is shown, with {@value #PROMPT} where the prompt of the line goes
 */
public record PromptFile(Path path, String promptKey, String referenceKey, String responseKey, String template) {

    /** Stands for the prompt of the line. */
    public static final String PROMPT = "{prompt}";

    /** A file with the usual names, whose prompts are shown as they are. */
    public static PromptFile of(Path path) {
        return new PromptFile(path, "prompt", "reference", "teacherText", PROMPT);
    }

    /**
     * Reads the lines.
     *
     * @throws io.coffey.training.DataException naming the line that is not such an object
     */
    List<PromptLine> lines() {
        return JsonLines.read(path, List.of(promptKey), List.of(referenceKey, responseKey)).stream()
                .map(line -> new PromptLine(
                        line.place(),
                        template.replace(PROMPT, line.text(promptKey)),
                        line.optionalText(referenceKey).orElse(null),
                        line.optionalText(responseKey).orElse(null)))
                .toList();
    }
}
