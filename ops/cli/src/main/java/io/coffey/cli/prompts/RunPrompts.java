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

/**
 * The prompts of a run, tokenised.
 *
 * @param training prompts that are trained on, in the order of the file, each once
 * @param heldOut prompts that are only ever evaluated, by ascending id, each once
 * @param leftOut how many others were too long and left out
 */
public record RunPrompts(List<Prompt> training, List<Prompt> heldOut, int leftOut) {

    private static final int SHOWN_PROBLEMS = 10;

    public RunPrompts {
        training = List.copyOf(training);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * Reads a file and splits it for a run, which needs prompts to train on.
     *
     * @param file file of prompts
     * @param tokenizer of student and teacher
     * @param longest most tokens a prompt may have
     * @param heldOutShare share to hold out
     * @param check what else the run demands
     * @param leaveOut whether prompts that are too long are left out; otherwise they are refused
     * @throws UserException naming the lines that cannot be used
     * @throws io.coffey.training.DataException naming the line that is malformed
     */
    public static RunPrompts read(
            PromptFile file,
            Tokenizer tokenizer,
            int longest,
            double heldOutShare,
            PromptCheck check,
            boolean leaveOut) {
        RunPrompts prompts = split(file, tokenizer, longest, heldOutShare, check, leaveOut);
        if (prompts.training().isEmpty()) {
            throw new UserException(
                    ExitCode.DATA,
                    "%s: %d prompts are held out and %d are too long, none is left to train on: lower prompts.heldOut or sampling.maxNewTokens"
                            .formatted(file.path(), prompts.heldOut().size(), prompts.leftOut()));
        }
        return prompts;
    }

    /**
     * Reads and splits a file of which every prompt is to be used.
     *
     * @throws UserException naming the lines that are too long
     * @throws io.coffey.training.DataException naming the line that is malformed
     */
    public static RunPrompts split(Path file, Tokenizer tokenizer, int longest, double heldOutShare) {
        return split(PromptFile.of(file), tokenizer, longest, heldOutShare, PromptCheck.NONE, false);
    }

    private static RunPrompts split(
            PromptFile file,
            Tokenizer tokenizer,
            int longest,
            double heldOutShare,
            PromptCheck check,
            boolean leaveOut) {
        List<String> problems = new ArrayList<>();
        List<Prompt> training = new ArrayList<>();
        List<Prompt> heldOut = new ArrayList<>();
        int leftOut = 0;
        Set<String> seen = new HashSet<>();
        for (PromptLine line : file.lines()) {
            if (!seen.add(line.id())) {
                continue;
            }
            int[] tokens = tokenizer.encode(line.text(), SpecialTokens.PARSED);
            Optional<String> refusal =
                    tokens.length == 0 ? Optional.of("prompt of 0 tokens, expected 1 or more") : check.refusal(line);
            Optional<String> excess = refusal.isPresent() ? refusal : excess(line, tokens, longest, check);
            if (excess.isEmpty()) {
                (line.isHeldOut(heldOutShare) ? heldOut : training).add(line.toPrompt(tokens));
            } else if (refusal.isEmpty() && leaveOut) {
                leftOut++;
            } else {
                problems.add(line.place() + ": " + excess.get());
            }
        }
        refuse(problems);
        heldOut.sort(Comparator.comparing(Prompt::id));
        return new RunPrompts(training, heldOut, leftOut);
    }

    private static Optional<String> excess(PromptLine line, int[] tokens, int longest, PromptCheck check) {
        return tokens.length <= longest
                ? check.excess(line)
                : Optional.of("prompt of %d tokens, expected 1 to %d: the context less the new tokens"
                        .formatted(tokens.length, longest));
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            List<String> shown = problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()));
            String more =
                    shown.size() < problems.size() ? "\n  and %,d more".formatted(problems.size() - shown.size()) : "";
            throw new UserException(ExitCode.DATA, String.join("\n  ", shown) + more);
        }
    }
}
