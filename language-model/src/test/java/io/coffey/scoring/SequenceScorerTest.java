// SPDX-License-Identifier: Apache-2.0
package io.coffey.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.model.Decoder;
import io.coffey.model.TinyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SequenceScorerTest {

    private static final Decoder DECODER = new Decoder(TinyModel.TIED);

    @Test
    void givesASequenceTheSameBitsWhateverItsNeighbours() {
        checkBits(scorer(400));
        checkBits(new SequenceScorer(new Decoder(TinyModel.WIDER), TinyModel.weights(TinyModel.WIDER, 1), 600));
    }

    private static void checkBits(SequenceScorer owned) {
        SplittableRandom random = new SplittableRandom(4);
        try (SequenceScorer scorer = owned) {
            for (int length : new int[] {2, 16, 17, 33, 80, 140}) {
                ScoringRequest request = request(random, length);
                SequenceScores alone = scorer.score(List.of(request)).get(0);
                for (int round = 0; round < 4; round++) {
                    List<ScoringRequest> crowd = new ArrayList<>();
                    for (int i = 0; i < 12; i++) {
                        crowd.add(request(random, Math.max(2, length - random.nextInt(20))));
                    }
                    int place = random.nextInt(13);
                    crowd.add(place, request);

                    SequenceScores among = scorer.score(crowd).get(place);

                    assertThat(among).usingRecursiveComparison().isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void agreesWithItself() {
        int[] completion = TinyModel.tokens(2, 5);
        int[] everyToken = new int[5 * 61];
        Arrays.setAll(everyToken, i -> i % 61);
        try (SequenceScorer scorer = scorer(64)) {
            SequenceScores scores = scorer.score(
                            List.of(new ScoringRequest(TinyModel.tokens(1, 7), completion, 61, everyToken, true)))
                    .get(0);

            float[] gathered = requireNonNull(scores.gathered());
            float[] topLogProbs = requireNonNull(scores.topLogProbs());
            int[] topIds = requireNonNull(scores.topIds());
            float[] entropies = requireNonNull(scores.entropy());
            for (int t = 0; t < 5; t++) {
                double total = 0;
                double entropy = 0;
                for (int v = 0; v < 61; v++) {
                    double logProb = gathered[t * 61 + v];
                    total += Math.exp(logProb);
                    entropy -= Math.exp(logProb) * logProb;
                    int ranked = topIds[t * 61 + v];
                    assertThat(topLogProbs[t * 61 + v]).isEqualTo(gathered[t * 61 + ranked]);
                }
                assertThat(total).isCloseTo(1, within(1e-5));
                assertThat((double) entropies[t]).isCloseTo(entropy, within(1e-5));
                assertThat(scores.logProbs()[t]).isEqualTo(gathered[t * 61 + completion[t]]);
            }
        }
    }

    @Test
    void refusesSequencesThatAreTooLong() {
        ScoringRequest tooLong = new ScoringRequest(new int[100], new int[51], 0, null, false);
        try (SequenceScorer scorer = scorer(64)) {
            assertThatThrownBy(() -> scorer.score(List.of(tooLong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("100 prompt and 51 completion tokens are longer than the model's 150");
        }
    }

    private static SequenceScorer scorer(int tokenBudget) {
        return new SequenceScorer(DECODER, TinyModel.weights(TinyModel.TIED, 1), tokenBudget);
    }

    private static ScoringRequest request(SplittableRandom random, int length) {
        int prompt = 1 + random.nextInt(length - 1);
        int completion = length - prompt;
        return new ScoringRequest(
                TinyModel.tokens(random.nextLong(), prompt),
                TinyModel.tokens(random.nextLong(), completion),
                random.nextInt(4),
                random.nextBoolean() ? TinyModel.tokens(random.nextLong(), 3 * completion) : null,
                random.nextBoolean());
    }
}
