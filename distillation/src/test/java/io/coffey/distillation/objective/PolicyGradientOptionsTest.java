// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings of the policy gradient do to advantages and to stale tokens. */
class PolicyGradientOptionsTest {

    private static final String NO_CAP = "1000000";

    @Test
    void leavesOutTokensWhoseRatioIsOutsideTheBoundsOfIcepop() {
        Evaluated evaluated =
                FourTokens.evaluate(Map.of("truncation", "icepop", "ratioFloor", "0.9", "ratioCap", "1.2"));

        assertThat(evaluated.loss()).isCloseTo(-0.088426, within(1e-6));
        // -.241162 * 1.1 * .45 / 3
        assertThat(FourTokens.gradient(evaluated)).containsExactly(new double[] {-0.039792, 0, 0, 0}, within(1e-6));
        assertThat(evaluated.sums()).containsEntry("droppedSamples", 2.0);
    }

    @Test
    void addsThePenaltyOfPrimeRlToItsUncappedRatio() {
        Map<String, String> settings = Map.of("truncation", "drop", "ratioCap", NO_CAP, "ratioPenalty", "1e-3");

        Evaluated evaluated = FourTokens.evaluate(settings);

        // sum of its -.265269, 1.145413 and -.178465
        assertThat(evaluated.loss()).isCloseTo((-0.265269 + 1.145413 - 0.178465) / 3, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"0.9, 0.6, 1", "0.8, 0.7, 0", "0.6, 0.9, 0"})
    void leavesOutTokensWhoseProbabilityFellByMoreThanTheTrustRegion(double sampled, double now, double dropped) {
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {FourTokens.either(0.5)}, 0)
                .behavior(Math.log(sampled))
                .scored(0)));
        double[][] logits = {FourTokens.either(now)};

        Evaluated evaluated = Evaluated.of(FourTokens.create(Map.of("trustRegion", "0.2")), logits, batch, 1);

        assertThat(evaluated.sums()).containsEntry("droppedSamples", dropped);
        assertThat(evaluated.gradient()[0][0] == 0).isEqualTo(dropped == 1);
    }

    @Test
    void leavesOutSequencesWhoseGeometricMeanRatioIsOutsideItsBounds() {
        Map<String, String> published = Map.of("sequenceMask", "geometric-mean");
        Map<String, String> wider = Map.of("sequenceMask", "geometric-mean", "sequenceRatioCap", "1.0323");
        Map<String, String> narrower = Map.of("sequenceMask", "geometric-mean", "sequenceRatioCap", "1.0322");

        assertThat(FourTokens.gradient(FourTokens.evaluate(published))).containsOnly(0);
        assertThat(FourTokens.gradient(FourTokens.evaluate(narrower))).containsOnly(0);
        assertThat(FourTokens.evaluate(wider).gradient())
                .isDeepEqualTo(FourTokens.evaluate(Map.of()).gradient());
        // 1.032280 to the third power
        assertThat(Math.exp(FourTokens.evaluate(wider).sums().getOrDefault("logImportanceRatio", 0.0) / 3))
                .isCloseTo(1.032280, within(1e-6));
    }

    @Test
    void judgesEachSequenceByItself() {
        Sample fresh = Sample.of(teacher(2), 0, 0).behavior(Distributions.log(0.5, 0.5));
        Sample stale = Sample.of(teacher(2), 0, 0).behavior(Distributions.log(0.5, 0.4));
        TokenBatch batch = TokenBatch.of(List.of(fresh.scored(0), stale.scored(1), fresh.scored(2)));

        Evaluated evaluated =
                Evaluated.of(FourTokens.create(Map.of("sequenceMask", "geometric-mean")), logits(6), batch, 6);

        assertThat(Arrays.stream(FourTokens.gradient(evaluated)).mapToObj(g -> g == 0))
                .containsExactly(false, false, true, true, false, false);
    }

    @ParameterizedTest
    @CsvSource({"0, .336472, -.693147", "0.5, -.010101, -.693147", "1, -.356675, -.693147"})
    void addsUpTheDiscountedRewardsOfWhatFollowsWithinASequence(String discount, double first, double second) {
        // a student as it sampled, so that rewards are log p - log b
        Evaluated evaluated = FourTokens.evaluate(Map.of("discount", discount), 0.5, 0.2, 0.25, 0.8);

        // -A log q's gradient, (1 - q) / 3
        assertThat(FourTokens.gradient(evaluated))
                .containsExactly(new double[] {-first * 0.5 / 3, -second * 0.8 / 3, 0, 0}, within(1e-6));
    }

    @Test
    void discountsByDistanceAndNotAcrossSequences() {
        Sample sample = Sample.of(teacher(4), 0, 0, 0, 0)
                .behavior(Distributions.log(0.5, 0.5, 0.5, 0.5))
                .mask(1, 0, 0, 1);
        TokenBatch batch = TokenBatch.of(List.of(sample.scored(0), sample.scored(1)));

        double[] gradient =
                FourTokens.gradient(Evaluated.of(FourTokens.create(Map.of("discount", "0.5")), logits(8), batch, 1));

        double last = -Math.log(0.7 / 0.5) * 0.5;
        assertThat(gradient)
                .containsExactly(new double[] {last * 1.125, 0, 0, last, last * 1.125, 0, 0, last}, within(1e-6));
    }

    @Test
    void weighsTokensByTheAdvantagesThatRemain() {
        double[] advantages = {0.1, -0.3, 0.4, -0.2};
        double[] weights = {1.5, 1.45, 1.3, 1.1};
        double[][] teacher = new double[4][];
        Arrays.setAll(teacher, t -> new double[] {Math.log(0.5) + advantages[t], -1});
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 0, 0, 0)
                .behavior(Distributions.log(0.5, 0.5, 0.5, 0.5))
                .scored(0)));

        double[] gradient = FourTokens.gradient(
                Evaluated.of(FourTokens.create(Map.of("remainingWeight", "0.5")), logits(4), batch, 1));

        for (int t = 0; t < 4; t++) {
            assertThat(gradient[t]).isCloseTo(-advantages[t] * weights[t] * 0.5, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "log-ratio, -4,        -1,       0.5",
        "soft-log,  -1.609438, -.693147, .405465",
        "floor,     -2.558428, -1,       0.5"
    })
    void shapesTheReward(String shape, double first, double second, double third) {
        double[] logRatios = {-4, -1, 0.5};
        double[][] teacher = new double[3][];
        Arrays.setAll(teacher, t -> new double[] {Math.log(0.5) + logRatios[t], -1});
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 0, 0)
                .behavior(Distributions.log(0.5, 0.5, 0.5))
                .scored(0)));

        Evaluated evaluated = Evaluated.of(FourTokens.create(Map.of("rewardShape", shape)), logits(3), batch, 1);

        assertThat(FourTokens.gradient(evaluated))
                .containsExactly(new double[] {-first / 2, -second / 2, -third / 2}, within(1e-6));
    }

    @Test
    void leavesOutTokensWhoseLogRatioIsBelowTheFloor() {
        double[] logRatios = {-4, -1, 0.5};
        double[][] teacher = new double[3][];
        Arrays.setAll(teacher, t -> new double[] {Math.log(0.5) + logRatios[t], -1});
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 0, 0)
                .behavior(Distributions.log(0.5, 0.5, 0.5))
                .scored(0)));

        Evaluated evaluated = Evaluated.of(FourTokens.create(Map.of("tokenMask", "above-floor")), logits(3), batch, 1);

        assertThat(FourTokens.gradient(evaluated)).containsExactly(new double[] {0, 0.5, -0.25}, within(1e-6));
        assertThat(evaluated.sums()).containsEntry("droppedSamples", 1.0);
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0 0 0 1 0", "0.4, 0 1 0 1 0", "1, 1 1 1 1 1"})
    void trainsOnlyWhereTheStudentOfATrajectoryIsLeastDecided(String share, String trained) {
        double[][] now = Arrays.stream(new double[] {0.9, 0.6, 0.2, 0.5, 0.99, 0.999})
                .mapToObj(FourTokens::either)
                .toArray(double[][]::new);
        Map<String, String> settings = Map.of("tokenMask", "undecided", "undecidedShare", share);
        // the last is a trajectory of its own, of which one token is always trained
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(teacher(5), 0, 0, 0, 0, 0).scored(0),
                Sample.of(teacher(1), 0).scored(1)));

        Evaluated evaluated = Evaluated.of(FourTokens.create(settings), now, batch, 6);

        assertThat(Arrays.stream(FourTokens.gradient(evaluated)).mapToObj(g -> g == 0 ? "0" : "1"))
                .containsExactly((trained + " 1").split(" "));
    }

    @Test
    void clipsTheAdvantageEitherWay() {
        Map<String, String> settings = Map.of("advantageClip", "0.5");

        Evaluated evaluated = FourTokens.evaluate(settings, 0.5, 0.2, 0.25, 0.8);

        assertThat(FourTokens.gradient(evaluated))
                .containsExactly(new double[] {-0.336472 * 0.5 / 3, 0.5 * 0.8 / 3, 0, 0}, within(1e-6));
    }

    @Test
    void isTheMeanOverAllTokensDrawnAtAPosition() {
        double[] q = {0.5, 0.3, 0.2};
        double[] p = {0.7, 0.2, 0.1};
        // A was sampled, A and B drawn beside it
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(p)}, 0)
                .behavior(Math.log(0.5))
                .alternatives(new int[][] {{0, 1, 2}}, new double[][] {Distributions.log(0.5, 0.3, 0.2)})
                .scored(0)));

        Evaluated evaluated = Evaluated.of(
                FourTokens.create(Map.of("samples", "3")), new double[][] {Distributions.log(q)}, batch, 1);

        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {-0.179735, 0.161903, 0.017832}, within(1e-6));
        assertThat(evaluated.sums().get("advantage")).isCloseTo(0.089160, within(1e-6));
    }

    @Test
    void correctsEveryDrawForItsOwnStaleness() {
        // each of the three tokens beside the others: with weights of the sampling student, the exact gradient
        double[] b = {0.6, 0.25, 0.15};
        double[][] teacher = {Distributions.log(0.7, 0.2, 0.1)};
        double[] expected = new double[3];
        for (int first = 0; first < 3; first++) {
            for (int second = 0; second < 3; second++) {
                TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, first)
                        .behavior(Math.log(b[first]))
                        .alternatives(new int[][] {{second}}, new double[][] {{Math.log(b[second])}})
                        .scored(0)));
                Evaluated evaluated = Evaluated.of(
                        FourTokens.create(Map.of("samples", "2")),
                        new double[][] {Distributions.log(0.5, 0.3, 0.2)},
                        batch,
                        1);
                for (int v = 0; v < 3; v++) {
                    expected[v] += b[first] * b[second] * evaluated.gradient()[0][v];
                }
            }
        }

        assertThat(expected).containsExactly(new double[] {-0.214253, 0.094030, 0.120223}, within(1e-6));
    }

    @Test
    void refusesSumsAlongASequenceOverAlternatives() {
        Map<String, String> settings = new HashMap<>(Map.of("type", "policy-gradient", "samples", "4"));
        settings.put("discount", "0.5");
        settings.put("remainingWeight", "0.5");

        assertThat(Objectives.problems(settings))
                .containsExactly(
                        "objective.discount: expected 0 where samples is above 1: nothing follows an alternative,"
                                + " found \"0.5\"",
                        "objective.remainingWeight: expected 0 where samples is above 1: nothing follows an"
                                + " alternative, found \"0.5\"");
    }

    private static double[][] teacher(int tokens) {
        double[][] teacher = new double[tokens][];
        Arrays.fill(teacher, FourTokens.either(0.7));
        return teacher;
    }

    private static double[][] logits(int tokens) {
        double[][] logits = new double[tokens][];
        Arrays.fill(logits, FourTokens.either(0.5));
        return logits;
    }
}
