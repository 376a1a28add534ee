// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenSelectiveDistillationTest {

    /** Entropies of a trajectory's tokens. */
    private static final double[] ENTROPIES = {0.25, 0.15, 0.60, 0.05, 1.20, 0.20, 0.00, 0.55};

    @ParameterizedTest
    @CsvSource({".1, 2", ".3, 3", ".5, 5"})
    void opensUntilTheShareOfTheEntropyIsReached(String share, double expected) {
        double[][] logits = withEntropies();

        Evaluated evaluated = Positions.logits(Positions.objective("tsd-kd", "opener", share), logits, logits);

        assertThat(evaluated.sums()).containsEntry("openerTokens", expected);
    }

    @Test
    void sharpensOnlyTheTokensWithTheHighestEntropy() {
        double[][] logits = withEntropies();
        Objective objective = Positions.objective("tsd-kd", "entropyShare", "0.25", "rankingWeight", "0");

        Evaluated evaluated = Positions.logits(objective, logits, logits);

        assertThat(evaluated.loss()).isCloseTo(0.9, within(1e-6));
        assertThat(evaluated.sums()).containsEntry("sharpenedTokens", 2.0);
        assertThat(evaluated.gradient()[2][0]).isNegative(); // towards its likeliest
        assertThat(evaluated.gradient()[4][0]).isNegative();
        assertThat(evaluated.gradient()[7]).containsOnly(new double[] {0, 0, 0, 0}, within(1e-7));
    }

    @Test
    void sharpensAtLeastOneTokenOfEveryTrajectory() {
        double[][] logits = Arrays.copyOf(withEntropies(), 3);

        Evaluated evaluated = Positions.logits(Positions.objective("tsd-kd"), logits, logits);

        assertThat(evaluated.sums()).containsEntry("sharpenedTokens", 1.0);
    }

    @ParameterizedTest
    @CsvSource({"1, .556714, .004557", ".5, , .005009"})
    void opensTheGateWhereTheTeacherIsSurer(String temperature, Double gate, double gated) {
        Objective objective = alone("gateTemperature", temperature);

        Evaluated evaluated = Positions.probabilities(objective, Positions.Q3, Positions.P3);

        assertThat(evaluated.sum("gatedDivergence")).isCloseTo(gated, within(1e-6));
        assertThat(evaluated.loss()).isCloseTo(gated, within(1e-6));
        if (gate != null) {
            assertThat(evaluated.sum("gate")).isCloseTo(gate, within(1e-6));
            // the gradient of JSD(.9), through an open gate
            assertThat(evaluated.gradient()[0])
                    .containsExactly(new double[] {gate * -0.019016, gate * 0.008515, gate * 0.0105}, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({
        ".6, .3, .1, 1", // the student's order
        ".3, .6, .1, .333333", // one pair of three swapped
        ".1, .3, .6, -1", // the other way round
        ".4, .4, .2, .666667" // a tie is no agreement
    })
    void tellsHowFarTheOrdersOfTheCandidatesAgree(double a, double b, double c, double expected) {
        Evaluated evaluated = ranked("plackett-luce", "1", a, b, c);

        assertThat(evaluated.sum("rankAgreement")).isCloseTo(expected, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({
        ".3, .6, .1, 1.534534", // b before a before c
        ".6, .3, .1, .720868", // as the student has it
        ".1, .3, .6, 3.720868", // the other way round
        ".4, .4, .2, .720868" // a tie goes to the lower id
    })
    void isTheLikelihoodOfTheTeachersOrder(double a, double b, double c, double expected) {
        Evaluated evaluated = ranked("plackett-luce", "1", a, b, c);

        assertThat(evaluated.sum("rankingLoss")).isCloseTo(expected, within(1e-6));
    }

    @Test
    void hasThePapersGradientOfTheRanking() {
        double[] gradient = Positions.difference(
                ranked("plackett-luce", "1", .3, .6, .1), ranked("plackett-luce", "0", .3, .6, .1));

        assertThat(gradient).containsExactly(new double[] {.546038, -.755272, .209233}, within(1e-6));
    }

    @Test
    void putsTheSampledTokenFirstWhereRanksAreWeighted() {
        assertThat(ranked("weighted", "1", .2, .7, .1).sum("rankingLoss")).isCloseTo(0.300804, within(1e-6));
    }

    @Test
    void addsUpToTheWeightedSumOfItsParts() {
        double[][] student = {{0.3, -0.2, 0.1}, {1.2, 0.4, -0.9}};
        double[][] teacher = {{-0.5, 1.1, 0.2}, {0.9, -1.3, 0.4}};
        Objective objective = Positions.objective("tsd-kd", "entropyCoefficient", "0.02");

        Evaluated evaluated = Positions.logits(objective, student, teacher);

        double sum = evaluated.sum("gatedDivergence")
                + 0.1 * evaluated.sum("rankingLoss")
                + 0.02 * evaluated.sum("sharpenedEntropy");
        assertThat(evaluated.loss()).isCloseTo(sum / 2, within(1e-12));
    }

    @Test
    void doesNotRestOnTheTeacherUnlessRankingAndEntropyAreOff() {
        double[][] logits = {{0.3, -0.2, 0.1}};

        Evaluated evaluated = Positions.logits(Positions.objective("tsd-kd"), logits, logits);

        assertThat(evaluated.loss()).isGreaterThan(0.1);
        assertThat(evaluated.gradient()[0][0]).isNotCloseTo(0, within(1e-3));
        assertThat(Positions.objective("tsd-kd").atRest())
                .containsEntry("rankingWeight", "0")
                .containsEntry("entropyCoefficient", "0");
    }

    /** Only the gated divergence. */
    private static Objective alone(String setting, String value) {
        return Positions.objective("tsd-kd", "rankingWeight", "0", "entropyCoefficient", "0", setting, value);
    }

    /** One position where the student scores three tokens 2, 1 and 0. */
    private static Evaluated ranked(String ranking, String weight, double... teacher) {
        Objective objective =
                Positions.objective("tsd-kd", "rankingWeight", weight, "entropyCoefficient", "0", "ranking", ranking);
        return Positions.logits(objective, new double[][] {{2, 1, 0}}, new double[][] {Distributions.log(teacher)});
    }

    /** Logits over four tokens with these entropies. */
    private static double[][] withEntropies() {
        return Arrays.stream(ENTROPIES)
                .mapToObj(entropy -> new double[] {likeliest(entropy), 0, 0, 0})
                .toArray(double[][]::new);
    }

    private static double likeliest(double entropy) {
        double low = 0;
        double high = 60;
        for (int i = 0; i < 80; i++) {
            double middle = (low + high) / 2;
            if (Distributions.entropy(Distributions.logSoftmax(middle, 0, 0, 0)) > entropy) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
