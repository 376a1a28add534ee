// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.distillation.trajectory.Prompt;
import io.coffey.model.ModelDirectory;
import io.coffey.scorer.context.PrivilegedContext;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.tokenizer.SpecialTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a teacher makes of the references that it is shown, before anything is trained: the mean log-probability that it
 * gives to the tokens of a response. The response is the prompt's teacher text where there is one, else the reference.
 *
 * @param without with the student's prompt, nats per token
 * @param with with the reference in view, nats per token
 */
record ContextGain(double without, double with) {

    private static final int PROMPTS = 32;
    private static final int TOKEN_BUDGET = 4096;

    /** A gain below this is none, in nats per token. */
    private static final double LEAST = 0.01;

    /** Measures on the first prompts, each of which has a reference. */
    static ContextGain measure(ModelDirectory teacher, PrivilegedContext context, List<Prompt> prompts) {
        List<ScoringRequest> without = new ArrayList<>();
        List<ScoringRequest> with = new ArrayList<>();
        for (Prompt prompt : prompts.subList(0, Math.min(PROMPTS, prompts.size()))) {
            String reference = Objects.requireNonNull(prompt.reference());
            int[] shown = context.tokens(prompt.text(), reference);
            String response = prompt.teacherText() == null ? reference : prompt.teacherText();
            int[] tokens = teacher.tokenizer().encodePlain(response, SpecialTokens.PARSED);
            int room = teacher.config().maxLength() - Math.max(shown.length, prompt.tokens().length);
            int[] completion = Arrays.copyOf(tokens, Math.min(tokens.length, room));
            if (completion.length > 0) {
                without.add(new ScoringRequest(prompt.tokens(), completion, 0, null, false));
                with.add(new ScoringRequest(shown, completion, 0, null, false));
            }
        }
        try (SequenceScorer scorer =
                new SequenceScorer(teacher.decoder(), teacher.loadWeights(teacher.precision()), TOKEN_BUDGET)) {
            return new ContextGain(mean(scorer, without), mean(scorer, with));
        }
    }

    /** One line for whoever starts a run. */
    String line() {
        String found = String.format(
                Locale.ROOT, "%.3f nats per token with the reference in view, %.3f without", with, without);
        return with - without >= LEAST
                ? "the teacher gives responses " + found
                : "warning: the teacher makes nothing of the reference (responses have %s): a hint that it cannot use teaches nothing; change teacher.context.template, the references or the student"
                        .formatted(found);
    }

    private static double mean(SequenceScorer scorer, List<ScoringRequest> requests) {
        return scorer.score(requests).stream()
                .flatMapToDouble(scores -> Arrays.stream(doubles(scores.logProbs())))
                .average()
                .orElse(0);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
