// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.TinyModel;
import io.coffey.model.Weights;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two models that write together. */
final class PartnerTest {

    private static final Decoder DECODER = new Decoder(TinyModel.UNTIED);
    private static final SamplingSettings RECORDED = new SamplingSettings(1, 0, 1, 30, 4, true);
    private static final int[] PROMPT = TinyModel.tokens(1, 19);

    @Test
    void samplesFromTheMixtureOfBothDistributions() {
        try (Weights own = TinyModel.weights(TinyModel.UNTIED, 1);
                Weights other = TinyModel.weights(TinyModel.UNTIED, 2)) {
            Completion mixed = together(own, other, 0.3, 7);

            float[] ofOwn = logProbs(1, mixed.tokens());
            float[] ofOther = logProbs(2, mixed.tokens());
            for (int t = 0; t < ofOwn.length; t++) {
                double expected = Math.log(0.7 * Math.exp(ofOwn[t]) + 0.3 * Math.exp(ofOther[t]));
                assertThat((double) mixed.logProbs()[t]).isCloseTo(expected, within(1e-4));
            }
        }
    }

    @Test
    void isOneOfThemWhereTheOtherHasNoShare() {
        try (Weights own = TinyModel.weights(TinyModel.UNTIED, 1);
                Weights other = TinyModel.weights(TinyModel.UNTIED, 2)) {
            int[] alone = alone(own, 7).tokens();

            assertThat(together(own, other, 0, 7).tokens()).isEqualTo(alone);
            assertThat(together(other, own, 1, 7).tokens()).isEqualTo(alone);
            // the control
            assertThat(together(own, other, 0.5, 7).tokens()).isNotEqualTo(alone);
        }
    }

    @Test
    void recordsWhatItsOwnModelSaysOfTheText() {
        try (Weights own = TinyModel.weights(TinyModel.UNTIED, 1);
                Weights other = TinyModel.weights(TinyModel.UNTIED, 2)) {
            Completion mixed = together(own, other, 0.5, 7);

            try (SequenceScorer reader = new SequenceScorer(DECODER, TinyModel.weights(TinyModel.UNTIED, 1), 512)) {
                SequenceScores read = reader.score(List.of(new ScoringRequest(PROMPT, mixed.tokens(), 4, null, true)))
                        .get(0);
                assertThat(mixed.topIds()).isEqualTo(read.topIds());
                assertThat(mixed.topLogProbs()).containsExactly(read.topLogProbs(), within(1e-4f));
                assertThat(mixed.entropy()).containsExactly(read.entropy(), within(1e-4f));
            }
        }
    }

    @Test
    void givesTheSameBitsWhateverElseIsWritten() {
        try (Weights own = TinyModel.weights(TinyModel.UNTIED, 1);
                Weights other = TinyModel.weights(TinyModel.UNTIED, 2)) {
            Completion alone = together(own, other, 0.3, 7);
            GenerationRequest beside = new GenerationRequest(8, TinyModel.tokens(2, 40), RECORDED, 3, 0.9);

            assertThat(run(own, other, List.of(beside, request(0.3, 7))))
                    .filteredOn(found -> found.ticket() == 7)
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(alone);
        }
    }

    @Test
    void refusesAShareWithoutAPartnerAndAPartnerOfAnotherVocabulary() {
        try (Generator generator = new Generator(DECODER, 2);
                Weights weights = TinyModel.weights(TinyModel.WIDER, 1)) {
            assertThatThrownBy(() -> generator.admit(request(0.5, 7)))
                    .hasMessage("request 7 gives a partner a share of 0.5, and the generator has none");
            assertThatThrownBy(() -> request(1.5, 7))
                    .hasMessage("request 7 gives the partner a share of 1.5: expected one from 0 to 1");
            assertThatThrownBy(() -> new Generator(DECODER, 2, new Partner(new Decoder(TinyModel.WIDER), weights)))
                    .hasMessage("a partner needs the generator's vocabulary of %d, found %d"
                            .formatted(TinyModel.UNTIED.vocabularySize(), TinyModel.WIDER.vocabularySize()));
        }
    }

    private static GenerationRequest request(double share, long ticket) {
        return new GenerationRequest(ticket, PROMPT, RECORDED, 42, share);
    }

    private static Completion together(Weights own, Weights other, double share, long ticket) {
        return run(own, other, List.of(request(share, ticket))).get(0);
    }

    private static Completion alone(Weights weights, long ticket) {
        try (Generator generator = new Generator(DECODER, 4)) {
            return finished(generator, weights, List.of(request(0, ticket))).get(0);
        }
    }

    private static List<Completion> run(Weights own, Weights other, List<GenerationRequest> requests) {
        try (Generator generator = new Generator(DECODER, 4, new Partner(DECODER, other))) {
            return finished(generator, own, requests);
        }
    }

    private static List<Completion> finished(Generator generator, Weights own, List<GenerationRequest> requests) {
        generator.use(own, 0);
        requests.forEach(generator::admit);
        List<Completion> finished = new ArrayList<>();
        while (generator.active() > 0) {
            finished.addAll(generator.step());
        }
        return finished;
    }

    private static float[] logProbs(long seed, int[] tokens) {
        try (SequenceScorer scorer = new SequenceScorer(DECODER, TinyModel.weights(TinyModel.UNTIED, seed), 512)) {
            return scorer.score(List.of(new ScoringRequest(PROMPT, tokens, 0, null, false)))
                    .get(0)
                    .logProbs();
        }
    }
}
