// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.TinyModel;
import io.coffey.model.Weights;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternativesTest {

    private static final Decoder DECODER = new Decoder(TinyModel.UNTIED);
    private static final int[] PROMPT = {5, 3};

    @Test
    void areDrawnFromTheModelsDistributionWhateverTheCompletionIsSampledFrom() {
        int draws = 4000;
        Completion completion = complete(new SamplingSettings(0, 0, 1, 1, 0, false).withAlternatives(draws), 9);

        int[] counts = new int[61];
        Arrays.stream(requireNonNull(completion.alternativeIds())).forEach(token -> counts[token]++);

        int[] everyToken = new int[61];
        Arrays.setAll(everyToken, i -> i);
        float[] logProbs = scored(new int[] {completion.tokens()[0]}, everyToken);
        double chiSquare = 0;
        for (int i = 0; i < 61; i++) {
            double expected = draws * Math.exp(logProbs[i]);
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        // 60 degrees of freedom: 99.99 % lie below 107.
        assertThat(chiSquare).isLessThan(107);
    }

    @Test
    void comeWithTheLogProbabilitiesThatAScorerGivesThem() {
        Completion completion = complete(SamplingSettings.plain(20).withAlternatives(3), 9);

        float[] scored = scored(completion.tokens(), requireNonNull(completion.alternativeIds()));

        assertThat(completion.alternativeIds()).hasSize(60);
        assertThat(completion.alternativeLogProbs()).containsExactly(scored, within(1e-5f));
    }

    @Test
    void leaveTheCompletionAsItIs() {
        Completion without = complete(SamplingSettings.plain(20), 9);
        Completion with = complete(SamplingSettings.plain(20).withAlternatives(2), 9);

        assertThat(with.tokens()).isEqualTo(without.tokens());
        assertThat(with.logProbs()).isEqualTo(without.logProbs());
        assertThat(without.alternativeIds()).isNull();
        assertThat(without.alternativeLogProbs()).isNull();
    }

    @Test
    void areTheSameForTheSameSeedAndOthersAtEveryDrawAndPosition() {
        SamplingSettings settings = SamplingSettings.plain(20).withAlternatives(2);
        int[] once = requireNonNull(complete(settings, 9).alternativeIds());

        assertThat(complete(settings, 9).alternativeIds()).isEqualTo(once);
        assertThat(complete(settings, 10).alternativeIds()).isNotEqualTo(once);
        int[] first = new int[20];
        int[] second = new int[20];
        Arrays.setAll(first, t -> once[2 * t]);
        Arrays.setAll(second, t -> once[2 * t + 1]);
        assertThat(first).isNotEqualTo(second);
        assertThat(first).isNotEqualTo(complete(settings, 9).tokens());
        assertThat(Uniforms.at(7, 3, 1)).isNotEqualTo(Uniforms.at(7, 3)).isNotEqualTo(Uniforms.at(7, 3, 2));
    }

    private static Completion complete(SamplingSettings settings, long seed) {
        try (Weights weights = TinyModel.weights(TinyModel.UNTIED, 1);
                Generator generator = new Generator(DECODER, 2)) {
            generator.use(weights, 0);
            generator.admit(new GenerationRequest(1, PROMPT, settings, seed));
            List<Completion> done = generator.step();
            while (done.isEmpty()) {
                done = generator.step();
            }
            return done.get(0);
        }
    }

    /** Log-probabilities at ids, [T, G] row-major. */
    private static float[] scored(int[] completion, int[] ids) {
        try (SequenceScorer scorer = new SequenceScorer(DECODER, TinyModel.weights(TinyModel.UNTIED, 1), 256)) {
            return requireNonNull(scorer.score(List.of(new ScoringRequest(PROMPT, completion, 0, ids, false)))
                    .get(0)
                    .gathered());
        }
    }
}
