// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.prompts;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.SpecialTokens;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The prompts of a run, tokenised.
 *
 * @param training prompts that are trained on, in the order of the file, each once
 * @param heldOut prompts that are only ever evaluated, by ascending id, each once
 */
public record RunPrompts(List<Prompt> training, List<Prompt> heldOut) {

    private static final int SHOWN_PROBLEMS = 10;

    public RunPrompts {
        training = List.copyOf(training);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * Reads a file and splits it for a run, which needs prompts to train on.
     *
     * @param check says what is wrong with a line for this run
     * @throws UserException naming the lines that are too long or otherwise wrong
     * @throws io.coffey.training.DataException naming the line that is malformed
     */
    public static RunPrompts read(
            Path file,
            Tokenizer tokenizer,
            int longest,
            double heldOutShare,
            Function<PromptLine, Optional<String>> check) {
        RunPrompts prompts = split(file, tokenizer, longest, heldOutShare, check);
        if (prompts.training().isEmpty()) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s: all %d prompts are held out, none is left to train on: lower prompts.heldOut"
                            .formatted(file, prompts.heldOut().size()));
        }
        return prompts;
    }

    /**
     * Reads and splits a file.
     *
     * @param file file of prompts
     * @param tokenizer of student and teacher
     * @param longest most tokens a prompt may have
     * @param heldOutShare share to hold out
     * @throws UserException naming the lines that are too long
     * @throws io.coffey.training.DataException naming the line that is malformed
     */
    public static RunPrompts split(Path file, Tokenizer tokenizer, int longest, double heldOutShare) {
        return split(file, tokenizer, longest, heldOutShare, line -> Optional.empty());
    }

    private static RunPrompts split(
            Path file,
            Tokenizer tokenizer,
            int longest,
            double heldOutShare,
            Function<PromptLine, Optional<String>> check) {
        List<String> problems = new ArrayList<>();
        List<Prompt> training = new ArrayList<>();
        List<Prompt> heldOut = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (PromptLine line : PromptLine.read(file)) {
            if (!seen.add(line.id())) {
                continue;
            }
            int[] tokens = tokenizer.encode(line.text(), SpecialTokens.PARSED);
            if (tokens.length == 0 || tokens.length > longest) {
                problems.add("%s: prompt of %d tokens, expected 1 to %d: the context less the new tokens"
                        .formatted(line.place(), tokens.length, longest));
                continue;
            }
            check.apply(line).ifPresent(problem -> problems.add(line.place() + ": " + problem));
            (line.isHeldOut(heldOutShare) ? heldOut : training).add(line.toPrompt(tokens));
        }
        if (!problems.isEmpty()) {
            List<String> shown = problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()));
            String more =
                    shown.size() < problems.size() ? "\n  and %,d more".formatted(problems.size() - shown.size()) : "";
            throw new UserException(ExitCode.DATA, String.join("\n  ", shown) + more);
        }
        heldOut.sort(Comparator.comparing(Prompt::id));
        return new RunPrompts(training, heldOut);
    }
}
