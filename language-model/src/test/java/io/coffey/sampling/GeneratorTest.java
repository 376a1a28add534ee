// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.TinyModel;
import io.coffey.model.Weights;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GeneratorTest {

    private static final Decoder DECODER = new Decoder(TinyModel.UNTIED);
    private static final SamplingSettings RECORDED = new SamplingSettings(1, 0, 1, 30, 4, true).withAlternatives(3);

    @Test
    void givesARequestTheSameBitsWhateverItsSlotAndNeighbours() {
        checkBits(DECODER, 8, 12);
        checkBits(new Decoder(TinyModel.WIDER), 16, 3);
    }

    @Test
    void givesARequestTheSameBitsWhoeverIsProcessedBesideIt() {
        SamplingSettings everything =
                new SamplingSettings(0.8f, 40, 0.95f, 0.02f, 1.3f, 30, Set.of(), List.of(), 4, true, 0);
        SamplingSettings penaltyAlone = new SamplingSettings(1, 0, 1, 0, 1.5f, 30, Set.of(), List.of(), 0, false, 0);
        for (SamplingSettings settings : List.of(everything, penaltyAlone)) {
            checkBits(DECODER, 8, 6, settings);
            checkBits(new Decoder(TinyModel.WIDER), 16, 2, settings);
        }
        GenerationRequest plain = new GenerationRequest(7, TinyModel.tokens(1, 19), RECORDED, 42);
        GenerationRequest beside = new GenerationRequest(8, TinyModel.tokens(2, 40), everything, 3);
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            Completion alone = run(weights, 8, List.of(plain)).get(0);

            List<Completion> both = run(weights, 8, List.of(beside, plain));

            assertThat(both)
                    .filteredOn(found -> found.ticket() == 7)
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(alone);
        }
    }

    @Test
    void givesARequestTheSameBitsWhileALongPromptIsReadBesideIt() {
        GenerationRequest request = new GenerationRequest(7, TinyModel.tokens(1, 19), RECORDED, 42);
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1);
                Generator generator = new Generator(DECODER, 4)) {
            Completion alone = run(weights, 4, List.of(request)).get(0);
            generator.use(weights, 0);
            generator.admit(request);
            List<Completion> finished = new ArrayList<>();
            for (int step = 0; step < 30; step++) {
                if (step % 10 == 3) {
                    int[] prompt = TinyModel.tokens(step, 140);
                    generator.admit(new GenerationRequest(step, prompt, SamplingSettings.plain(10), step));
                }

                finished.addAll(generator.step());
            }

            assertThat(finished)
                    .filteredOn(found -> found.ticket() == 7)
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(alone);
        }
    }

    @Test
    void neverRepeatsATokenUnderAnOverwhelmingPenalty() {
        int[] prompt = TinyModel.tokens(1, 4);
        SamplingSettings never = new SamplingSettings(0, 0, 1, 0, 1e9f, 40, Set.of(), List.of(), 0, false, 0);
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            int[] free = run(weights, 2, List.of(new GenerationRequest(0, prompt, SamplingSettings.greedy(40), 9)))
                    .get(0)
                    .tokens();

            int[] penalized = run(weights, 2, List.of(new GenerationRequest(0, prompt, never, 9)))
                    .get(0)
                    .tokens();

            List<Integer> all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(penalized))
                    .boxed()
                    .toList();
            assertThat(Arrays.stream(free).distinct().count()).isLessThan(40);
            assertThat(all).doesNotHaveDuplicates();
        }
    }

    @Test
    void endsWithAStopTokenOfTheRequestAlone() {
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            int[] prompt = TinyModel.tokens(1, 4);
            GenerationRequest free = new GenerationRequest(0, prompt, SamplingSettings.plain(20), 9);
            Completion full = run(weights, 2, List.of(free)).get(0);
            int stop = full.tokens()[6];
            int end = 1 + Arrays.stream(full.tokens()).boxed().toList().indexOf(stop);
            SamplingSettings stopping = new SamplingSettings(1, 0, 1, 0, 1, 20, Set.of(stop), List.of(), 0, false, 0);

            List<Completion> both = run(weights, 2, List.of(free, new GenerationRequest(1, prompt, stopping, 9)));

            assertThat(both.get(0).ticket()).isEqualTo(1);
            assertThat(both.get(0).tokens()).isEqualTo(Arrays.copyOf(full.tokens(), end));
            assertThat(both.get(0).logProbs()).isEqualTo(Arrays.copyOf(full.logProbs(), end));
            assertThat(both.get(0).stopped()).isTrue();
            assertThat(both.get(1).tokens()).isEqualTo(full.tokens());
        }
    }

    private static void checkBits(Decoder decoder, int slots, int rounds) {
        checkBits(decoder, slots, rounds, RECORDED);
    }

    private static void checkBits(Decoder decoder, int slots, int rounds, SamplingSettings settings) {
        GenerationRequest request = new GenerationRequest(7, TinyModel.tokens(1, 19), settings, 42);
        SplittableRandom random = new SplittableRandom(11);
        try (Weights weights = TinyModel.weights(decoder.config(), 1)) {
            Completion alone = run(decoder, weights, slots, List.of(request)).get(0);
            for (int round = 0; round < rounds; round++) {
                List<GenerationRequest> crowd = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    crowd.add(neighbour(random, i));
                }
                crowd.add(random.nextInt(21), request);

                Completion among = run(decoder, weights, slots, crowd).stream()
                        .filter(completion -> completion.ticket() == 7)
                        .findFirst()
                        .orElseThrow();

                assertThat(among).usingRecursiveComparison().isEqualTo(alone);
            }
        }
    }

    @Test
    void givesOtherSeedsOtherCompletions() {
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            int[] prompt = TinyModel.tokens(1, 5);

            List<Completion> completions = run(
                    weights,
                    2,
                    List.of(
                            new GenerationRequest(0, prompt, RECORDED, 1),
                            new GenerationRequest(1, prompt, RECORDED, 2)));

            assertThat(completions.get(0).tokens())
                    .isNotEqualTo(completions.get(1).tokens());
        }
    }

    @Test
    void recordsWhatAScorerWithTheSameWeightsSays() {
        int[] prompt = TinyModel.tokens(3, 21);
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1);
                SequenceScorer scorer = new SequenceScorer(DECODER, TinyModel.weights(TinyModel.UNTIED, 1), 256)) {
            Completion completion = run(weights, 3, List.of(new GenerationRequest(0, prompt, RECORDED, 5)))
                    .get(0);

            SequenceScores scores = scorer.score(
                            List.of(new ScoringRequest(prompt, completion.tokens(), 4, null, true)))
                    .get(0);

            assertThat(completion.logProbs()).hasSize(30).containsExactly(scores.logProbs(), within(1e-5f));
            assertThat(completion.processedLogProbs()).isEqualTo(completion.logProbs());
            assertThat(completion.topIds()).isEqualTo(scores.topIds());
            assertThat(completion.topLogProbs()).containsExactly(scores.topLogProbs(), within(1e-5f));
            assertThat(completion.entropy()).containsExactly(scores.entropy(), within(1e-5f));
        }
    }

    @Test
    void samplesFromTheModelsDistribution() {
        int samples = 4000;
        int[] prompt = {5};
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1);
                SequenceScorer scorer = new SequenceScorer(DECODER, TinyModel.weights(TinyModel.UNTIED, 1), 256)) {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < samples; i++) {
                requests.add(new GenerationRequest(i, prompt, SamplingSettings.plain(1), i));
            }
            int[] counts = new int[61];
            run(weights, 200, requests).forEach(completion -> counts[completion.tokens()[0]]++);
            int[] everyToken = new int[61];
            Arrays.setAll(everyToken, i -> i);

            float[] logProbs = requireNonNull(
                    scorer.score(List.of(new ScoringRequest(prompt, new int[] {0}, 0, everyToken, false)))
                            .get(0)
                            .gathered());

            double chiSquare = 0;
            for (int i = 0; i < 61; i++) {
                double expected = samples * Math.exp(logProbs[i]);
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
            // 60 degrees of freedom: 99.99 % lie below 107.
            assertThat(chiSquare).isLessThan(107);
        }
    }

    @Test
    void takesTheLikeliestTokenAtTemperatureZero() {
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            SamplingSettings greedy = new SamplingSettings(0, 0, 1, 12, 1, false);

            Completion completion = run(
                            weights, 2, List.of(new GenerationRequest(0, TinyModel.tokens(1, 4), greedy, 9)))
                    .get(0);

            assertThat(completion.tokens()).isEqualTo(completion.topIds());
            assertThat(completion.processedLogProbs()).containsOnly(0);
            assertThat(completion.logProbs()).isEqualTo(completion.topLogProbs());
        }
    }

    @Test
    void changesWeightsBetweenStepsAndRecordsTheVersionOfEachToken() {
        try (Weights old = TinyModel.weights(TinyModel.UNTIED, 1);
                Weights fresh = TinyModel.weights(TinyModel.UNTIED, 2);
                Generator generator = new Generator(DECODER, 2)) {
            generator.use(old, 3);
            generator.admit(new GenerationRequest(0, TinyModel.tokens(1, 4), SamplingSettings.plain(5), 9));
            generator.step();
            generator.step();
            generator.use(fresh, 4);

            List<Completion> finished = drain(generator);

            Completion unchanged = run(
                            old,
                            2,
                            List.of(new GenerationRequest(0, TinyModel.tokens(1, 4), SamplingSettings.plain(5), 9)))
                    .get(0);
            assertThat(finished.get(0).versions()).containsExactly(3, 3, 4, 4, 4);
            assertThat(Arrays.copyOf(finished.get(0).logProbs(), 2)).isEqualTo(Arrays.copyOf(unchanged.logProbs(), 2));
            assertThat(finished.get(0).logProbs()[2]).isNotEqualTo(unchanged.logProbs()[2]);
        }
    }

    @Test
    void endsWithTheStopToken() {
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1)) {
            GenerationRequest request = new GenerationRequest(0, TinyModel.tokens(1, 4), SamplingSettings.plain(20), 9);
            Completion full = run(weights, 2, List.of(request)).get(0);
            int stop = full.tokens()[6];
            int end = 1 + Arrays.stream(full.tokens()).boxed().toList().indexOf(stop);
            DecoderConfig config = TinyModel.config(false, List.of(stop));
            try (Generator generator = new Generator(new Decoder(config), 2)) {
                generator.use(weights, 0);
                generator.admit(request);

                Completion stopped = drain(generator).get(0);

                assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(full.tokens(), end));
                assertThat(stopped.stopped()).isTrue();
                assertThat(full.stopped()).isFalse();
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (Generator generator = new Generator(DECODER, 1)) {
            GenerationRequest fits = new GenerationRequest(0, TinyModel.tokens(1, 120), SamplingSettings.plain(30), 9);
            GenerationRequest tooLong =
                    new GenerationRequest(1, TinyModel.tokens(1, 121), SamplingSettings.plain(30), 9);

            assertThatThrownBy(() -> generator.admit(tooLong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("request 1 takes 121 prompt tokens and up to 30 new ones, the model has 150");
            generator.admit(fits);
            assertThatThrownBy(() -> generator.admit(withPrompt(61)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("request 2 has token 61 in its prompt, outside the vocabulary of 61");
            assertThatThrownBy(() -> generator.admit(withPrompt(-1))).isInstanceOf(IllegalArgumentException.class);
            assertThat(generator.freeSlots()).isZero();
            assertThatThrownBy(() -> generator.admit(fits)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(generator::step)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("needs weights");
        }
    }

    private static GenerationRequest withPrompt(int token) {
        return new GenerationRequest(2, new int[] {1, token}, SamplingSettings.plain(1), 0);
    }

    private static GenerationRequest neighbour(SplittableRandom random, int ticket) {
        int prompt = 1 + random.nextInt(90);
        SamplingSettings settings = new SamplingSettings(
                random.nextBoolean() ? 1 : 0.5f,
                random.nextInt(3),
                random.nextBoolean() ? 1 : 0.9f,
                random.nextBoolean() ? 0 : 0.1f,
                random.nextBoolean() ? 1 : 1.2f,
                1 + random.nextInt(50),
                Set.of(random.nextInt(61)),
                List.of(),
                random.nextInt(3),
                random.nextBoolean(),
                random.nextInt(3));
        return new GenerationRequest(
                100 + ticket, TinyModel.tokens(random.nextLong(), prompt), settings, random.nextLong());
    }

    private static List<Completion> run(Weights weights, int slots, List<GenerationRequest> requests) {
        return run(DECODER, weights, slots, requests);
    }

    private static List<Completion> run(Decoder decoder, Weights weights, int slots, List<GenerationRequest> requests) {
        List<Completion> completions = new ArrayList<>();
        try (Generator generator = new Generator(decoder, slots)) {
            generator.use(weights, 0);
            for (GenerationRequest request : requests) {
                while (generator.freeSlots() == 0) {
                    completions.addAll(generator.step());
                }
                generator.admit(request);
            }
            completions.addAll(drain(generator));
        }
        return completions;
    }

    private static List<Completion> drain(Generator generator) {
        List<Completion> completions = new ArrayList<>();
        while (generator.active() > 0) {
            completions.addAll(generator.step());
        }
        return completions;
    }
}
