// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.scoring.ScoringRequest;
import io.coffey.scoring.SequenceScorer;
import io.coffey.scoring.SequenceScores;
import io.coffey.training.AdamWSettings;
import io.coffey.training.LearningRate;
import io.coffey.training.TrainableModel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pairs whose sums are those of a scorer with the weights that training starts from. */
final class PreferenceTrainingTest {

    private static final DecoderConfig CONFIG =
            new DecoderConfig(23, 16, 32, 2, 2, 1, 8, 64, 1e-5, 1e4, true, List.of(1));
    private static final Decoder DECODER = new Decoder(CONFIG);
    private static final byte[] START = WeightsInitialization.canonical(CONFIG, 3);

    @Test
    void startsAtLogTwoAndLearnsToPrefer() {
        List<ScoredTrajectory> pairs = List.of(pair(0, 7, 9, 1), pair(1, 12, 1), pair(2, 8, 8, 8, 1));
        ObjectiveLoss loss = Objectives.create(Map.of("type", "preference")).compile(CONFIG.vocabularySize());
        try (TrainableModel student = new TrainableModel(DECODER, START, AdamWSettings.defaults())) {
            StudentTrainer trainer =
                    new StudentTrainer(student, loss, Weighting.EVEN, LearningRate.constant(1e-2, 20), 20);

            Map<String, Double> first = trainer.train(pairs, 1, Map.of()).metrics();
            Map<String, Double> last = first;
            for (long step = 2; step <= 20; step++) {
                last = trainer.train(pairs, step, Map.of()).metrics();
            }

            assertThat(first.get("loss")).isCloseTo(0.693147, within(1e-5));
            assertThat(first.get("preferenceMargin")).isCloseTo(0, within(1e-4));
            assertThat(first.get("tokens")).isEqualTo(3 + 2 + 4 + 3 * 2.0);
            assertThat(last.get("loss")).isLessThan(0.5);
            assertThat(last.get("preferenceAccuracy")).isCloseTo(1, within(1e-9));
            assertThat(last.get("chosenLogRatio")).isGreaterThan(last.get("rejectedLogRatio"));
        }
    }

    /** The two tokens of {@link Arrivals}, beside a response. */
    private static ScoredTrajectory pair(long request, int... chosen) {
        ScoredTrajectory scored = Arrivals.scored(Arrivals.RUN, request, 0, null);
        int[] prompt = scored.trajectory().promptTokens();
        Weights weights = Weights.fromBytes(CONFIG, ByteBuffer.wrap(START));
        try (SequenceScorer scorer = new SequenceScorer(DECODER, weights, 64)) {
            List<SequenceScores> scores = scorer.score(List.of(
                    new ScoringRequest(prompt, chosen, 0, null, false),
                    new ScoringRequest(prompt, scored.trajectory().tokens(), 0, null, false)));
            return new ScoredTrajectory(
                    scored.trajectory(),
                    scored.scores(),
                    new PreferencePair(chosen, sum(scores.get(0)), sum(scores.get(1))),
                    null);
        }
    }

    private static double sum(SequenceScores scores) {
        double sum = 0;
        for (float logProb : scores.logProbs()) {
            sum += logProb;
        }
        return sum;
    }
}
