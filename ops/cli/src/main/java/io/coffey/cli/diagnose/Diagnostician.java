// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.diagnose;

import io.coffey.cli.evaluation.Completions;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifier;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Rolls out a student on prompts, goes back to the places of each rollout where the student was least decided, tries
 * every candidate there, and sees how often each makes the answer right. The same settings give the same numbers. For
 * one thread.
 */
public final class Diagnostician implements AutoCloseable {

    private static final int SLOTS = 64;
    private static final int TOKEN_BUDGET = 4096;

    private final Settings settings;
    private final Verifier verifier;
    private final Tokenizer tokenizer;
    private final List<Integer> stopTokens;
    private final Generator generator;
    private final SequenceScorer student;
    private final SequenceScorer teacher;

    /**
     * How much to do.
     *
     * @param maxNewTokens length limit of a completion
     * @param places places of a rollout, at most
     * @param candidates the student's likeliest tokens that are tried at a place
     * @param tries completions of each
     * @param seed decides what is sampled
     */
    public record Settings(int maxNewTokens, int places, int candidates, int tries, long seed) {}

    /** A diagnostician of a student and its teacher, whose tokenizers are the same. */
    public Diagnostician(ModelDirectory student, ModelDirectory teacher, Verifier verifier, Settings settings) {
        this.settings = settings;
        this.verifier = verifier;
        this.tokenizer = student.tokenizer();
        this.stopTokens = student.config().stopTokens();
        Decoder decoder = student.decoder();
        Weights weights = student.loadWeights();
        this.generator = new Generator(decoder, SLOTS);
        generator.use(weights, 0);
        this.student = new SequenceScorer(decoder, weights, TOKEN_BUDGET);
        this.teacher = new SequenceScorer(teacher.decoder(), teacher.loadWeights(), TOKEN_BUDGET);
    }

    /**
     * Diagnoses.
     *
     * @param begun told of every node that is begun, from 1
     */
    public Diagnosis diagnose(List<Prompt> prompts, IntConsumer begun) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            requests.add(request(requests.size(), prompt.tokens(), settings.maxNewTokens()));
        }
        List<Completion> rollouts = Completions.of(generator, requests);
        Diagnosis diagnosis = new Diagnosis();
        int number = 0;
        for (int i = 0; i < prompts.size(); i++) {
            for (Node node : nodes(prompts.get(i), rollouts.get(i).tokens())) {
                begun.accept(++number);
                diagnosis.add(node, success(node));
            }
        }
        return diagnosis;
    }

    @Override
    public void close() {
        generator.close();
        student.close();
        teacher.close();
    }

    private List<Node> nodes(Prompt prompt, int[] tokens) {
        int width = settings.candidates();
        SequenceScores own = student.score(List.of(new ScoringRequest(prompt.tokens(), tokens, width, null, true)))
                .get(0);
        int[] candidates = Objects.requireNonNull(own.topIds());
        float[] studentLogProbs = Objects.requireNonNull(own.topLogProbs());
        float[] teacherLogProbs = Objects.requireNonNull(
                teacher.score(List.of(new ScoringRequest(prompt.tokens(), tokens, 0, candidates, false)))
                        .get(0)
                        .gathered());
        boolean right = right(prompt, tokens);
        return leastDecided(Objects.requireNonNull(own.entropy()))
                .mapToObj(t -> new Node(
                        prompt,
                        Arrays.copyOf(tokens, t),
                        right,
                        Arrays.copyOfRange(candidates, t * width, (t + 1) * width),
                        Alignment.shares(Arrays.copyOfRange(studentLogProbs, t * width, (t + 1) * width)),
                        Alignment.shares(Arrays.copyOfRange(teacherLogProbs, t * width, (t + 1) * width))))
                .toList();
    }

    /** Positions of most entropy, in their order. */
    private IntStream leastDecided(float[] entropy) {
        return IntStream.range(0, entropy.length)
                .boxed()
                .sorted((one, other) -> Float.compare(entropy[other], entropy[one]))
                .limit(settings.places())
                .mapToInt(Integer::intValue)
                .sorted();
    }

    /** How often each candidate of a node makes the completion right. */
    private double[] success(Node node) {
        int[] candidates = node.candidates();
        int left = settings.maxNewTokens() - node.prefix().length - 1;
        double[] success = new double[candidates.length];
        List<GenerationRequest> requests = new ArrayList<>();
        List<Integer> tried = new ArrayList<>();
        for (int j = 0; j < candidates.length; j++) {
            int[] begun = join(node.prefix(), candidates[j]);
            if (left == 0 || stopTokens.contains(candidates[j])) {
                success[j] = right(node.prompt(), begun) ? 1 : 0;
                continue;
            }
            for (int i = 0; i < settings.tries(); i++) {
                requests.add(request(requests.size(), join(node.prompt().tokens(), begun), left));
                tried.add(j);
            }
        }
        List<Completion> completions = Completions.of(generator, requests);
        for (int i = 0; i < completions.size(); i++) {
            int j = tried.get(i);
            int[] whole =
                    join(join(node.prefix(), candidates[j]), completions.get(i).tokens());
            success[j] += right(node.prompt(), whole) ? 1.0 / settings.tries() : 0;
        }
        return success;
    }

    private GenerationRequest request(int number, int[] prompt, int maxNewTokens) {
        return new GenerationRequest(number, prompt, SamplingSettings.plain(maxNewTokens), settings.seed() + number);
    }

    private boolean right(Prompt prompt, int[] completion) {
        return verifier.correct(prompt.text(), tokenizer.decode(completion), prompt.reference());
    }

    private static int[] join(int[] first, int... second) {
        int[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
