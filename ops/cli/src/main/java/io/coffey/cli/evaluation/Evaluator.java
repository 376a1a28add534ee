// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.evaluation;

import io.coffey.cli.report.Metrics;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifier;
import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.sampling.SamplingSettings;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import io.coffey.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates weights of one architecture on one set of prompts. The same weights give the same numbers. For one thread.
 */
public final class Evaluator implements AutoCloseable {

    private static final int SLOTS = 64;
    private static final int TOKEN_BUDGET = 4096;
    /** Student tokens per position over which the divergence is summed; the rest of the mass counts as one token. */
    private static final int SUPPORT = 256;

    private final Decoder student;
    private final Tokenizer tokenizer;
    private final Settings settings;
    private final List<Prompt> prompts;
    private final @Nullable SequenceScorer teacher;
    private final Function<Prompt, int[]> teacherPrompt;
    private final Generator generator;

    /**
     * What to evaluate.
     *
     * @param maxNewTokens length limit of a completion
     * @param seed decides the sampled completions
     * @param verifier judges completions; absent when nothing does
     */
    public record Settings(
            int maxNewTokens, long seed, @Nullable Verifier verifier) {}

    /**
     * An evaluator.
     *
     * @param student architecture of the weights
     * @param tokenizer of student and teacher
     * @param prompts held-out prompts, at least one
     * @param teacher scores the student's samples, and is closed with this; absent when there is none
     * @param teacherPrompt token ids that the teacher sees before a prompt's completion
     */
    public Evaluator(
            Decoder student,
            Tokenizer tokenizer,
            Settings settings,
            List<Prompt> prompts,
            @Nullable SequenceScorer teacher,
            Function<Prompt, int[]> teacherPrompt) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("an evaluation needs 1 prompt or more, found none");
        }
        this.student = student;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.prompts = List.copyOf(prompts);
        this.teacher = teacher;
        this.teacherPrompt = teacherPrompt;
        this.generator = new Generator(student, SLOTS);
    }

    /** The number of prompts. */
    public int prompts() {
        return prompts.size();
    }

    /**
     * Evaluates weights, and closes them.
     *
     * @return metrics by the names of {@link Metrics}; accuracies only with a verifier, divergence only with a teacher
     */
    public Map<String, Double> evaluate(Weights weights) {
        try (SequenceScorer scorer = new SequenceScorer(student, weights, TOKEN_BUDGET)) {
            Map<String, Double> metrics = new TreeMap<>();
            generator.use(weights, 0);
            List<Completion> sampled = complete(SamplingSettings.plain(settings.maxNewTokens()));
            Verifier verifier = settings.verifier();
            if (verifier != null) {
                List<Completion> greedy = complete(SamplingSettings.greedy(settings.maxNewTokens()));
                metrics.put(Metrics.ACCURACY_GREEDY, accuracy(greedy, verifier));
                metrics.put(Metrics.ACCURACY_SAMPLED, accuracy(sampled, verifier));
            }
            if (teacher != null) {
                metrics.put(Metrics.REVERSE_KL, reverseKl(sampled, scorer, teacher));
            }
            return metrics;
        }
    }

    @Override
    public void close() {
        generator.close();
        if (teacher != null) {
            teacher.close();
        }
    }

    /** A completion of every prompt, in their order. */
    private List<Completion> complete(SamplingSettings how) {
        List<GenerationRequest> requests = new ArrayList<>(prompts.size());
        for (int i = 0; i < prompts.size(); i++) {
            requests.add(new GenerationRequest(i, prompts.get(i).tokens(), how, settings.seed() + i));
        }
        return Completions.of(generator, requests);
    }

    private double accuracy(List<Completion> completions, Verifier verifier) {
        int correct = 0;
        for (int i = 0; i < completions.size(); i++) {
            Prompt prompt = prompts.get(i);
            String text = tokenizer.decode(completions.get(i).tokens());
            correct += verifier.correct(prompt.text(), text, prompt.reference()) ? 1 : 0;
        }
        return (double) correct / completions.size();
    }

    /** KL(student || teacher) in nats, mean over the tokens that the student sampled. */
    private double reverseKl(List<Completion> completions, SequenceScorer own, SequenceScorer teachers) {
        int support = Math.min(SUPPORT, student.config().vocabularySize());
        List<ScoringRequest> ownRequests = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            ownRequests.add(request(prompts.get(i).tokens(), completions.get(i), support, null));
        }
        List<SequenceScores> ownScores = own.score(ownRequests);
        List<ScoringRequest> teacherRequests = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            teacherRequests.add(request(
                    teacherPrompt.apply(prompts.get(i)),
                    completions.get(i),
                    0,
                    ownScores.get(i).topIds()));
        }
        List<SequenceScores> teacherScores = teachers.score(teacherRequests);
        boolean whole = support == student.config().vocabularySize();
        double sum = 0;
        long positions = 0;
        for (int i = 0; i < completions.size(); i++) {
            float[] studentTop = Objects.requireNonNull(ownScores.get(i).topLogProbs());
            float[] teacherAt = Objects.requireNonNull(teacherScores.get(i).gathered());
            for (int from = 0; from < studentTop.length; from += support) {
                sum += Divergence.reverseKl(studentTop, teacherAt, from, support, whole);
                positions++;
            }
        }
        return sum / positions;
    }

    private static ScoringRequest request(int[] prompt, Completion completion, int topK, int @Nullable [] gather) {
        return new ScoringRequest(prompt, completion.tokens(), topK, gather, false);
    }
}
