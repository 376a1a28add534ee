// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveDivergenceTest {

    private static final double[] DISTANCES = {0.05, 0.1, 0.2, 0.4};

    @Test
    void measuresTheHellingerDistance() {
        Evaluated evaluated = Positions.probabilities(Positions.objective("adakd"), Positions.Q3, Positions.P3);

        assertThat(evaluated.sum("hellinger")).isCloseTo(0.148397, within(1e-6));
        assertThat(evaluated.loss()).isCloseTo(0.092033, within(1e-6)); // the only token is the median
    }

    @Test
    void scalesTheLossWithTheSquareOfTheTemperature() {
        Objective objective = Positions.objective("adakd", "baseTemperature", "0.740818");

        assertThat(Positions.probabilities(objective, Positions.Q3, Positions.P3)
                        .loss())
                .isCloseTo(0.082663, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"kept, 1.349859, 1,        .740818, .643279", "all,  1.491825, 1.212043, .869358, .686113"})
    void sharpensHardTokensAndSoftensEasyOnes(String median, double t0, double t1, double t2, double t3) {
        double[] temperatures = {t0, t1, t2, t3};
        double[][] student = new double[4][];
        double[][] teacher = new double[4][];
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            double p = atDistance(DISTANCES[i]);
            student[i] = Distributions.log(0.5, 0.5);
            teacher[i] = Distributions.log(p, 1 - p);
            double[] tempered =
                    Distributions.logSoftmax(teacher[i][0] / temperatures[i], teacher[i][1] / temperatures[i]);
            double reverse = -Math.log(2) - 0.5 * (tempered[0] + tempered[1]);
            expected += temperatures[i] * temperatures[i] * reverse / 4;
        }

        Evaluated evaluated = Positions.logits(Positions.objective("adakd", "median", median), student, teacher);

        assertThat(evaluated.sum("hellinger"))
                .isCloseTo(Arrays.stream(DISTANCES).sum(), within(1e-6));
        assertThat(evaluated.sum("tokenTemperature"))
                .isCloseTo(Arrays.stream(temperatures).sum(), within(1e-5));
        assertThat(evaluated.loss()).isCloseTo(expected, within(1e-5));
    }

    @Test
    void trainsOnlyTheHardestShareOfTheTokens() {
        Objective objective = Positions.objective("adakd", "temperatureScale", "0");
        double[][] student = new double[4][];
        double[][] teacher = new double[4][];
        for (int i = 0; i < 4; i++) {
            student[i] = Distributions.log(0.5, 0.5);
            teacher[i] = Distributions.log(atDistance(DISTANCES[i]), 1 - atDistance(DISTANCES[i]));
        }
        Map<String, Double> half = new HashMap<>(objective.controller().initial());
        half.put("keptShare", 0.5);

        Evaluated evaluated = Positions.logits(objective, student, teacher, half);

        assertThat(evaluated.sums()).containsEntry("keptTokens", 2.0);
        assertThat(evaluated.gradient()[0]).containsOnly(0);
        assertThat(evaluated.gradient()[1]).containsOnly(0);
        double hardest = -Math.log(2) - 0.5 * (teacher[3][0] + teacher[3][1]);
        double hard = -Math.log(2) - 0.5 * (teacher[2][0] + teacher[2][1]);
        assertThat(evaluated.loss()).isCloseTo((hard + hardest) / 2, within(1e-6));
    }

    @Test
    void keepsFewerTokensAsTheLossFallsAndMoreAsItRises() {
        Controller controller = Positions.objective("adakd", "lossDecay", "0", "warmupSteps", "1")
                .controller();
        double[] losses = {2.0, 2.0, 1.89, 1.88, 1.70, 1.95};
        double[] shares = {1, 1, 0.95, 0.95, 0.9025, 0.947625};

        Map<String, Double> state = controller.initial();
        for (int step = 0; step < losses.length; step++) {
            state = controller.next(state, Map.of("loss", losses[step]), 0);
            assertThat(state.get("keptShare")).as("step %d", step).isCloseTo(shares[step], within(1e-12));
        }

        assertThat(controller.readsProgress()).isFalse();
    }

    @Test
    void smoothsTheLossAndWaitsForTheWarmupToEnd() {
        Controller controller = Positions.objective("adakd", "warmupSteps", "3").controller();

        Map<String, Double> state = controller.initial();
        for (double loss : new double[] {4, 2, 1}) {
            state = controller.next(state, Map.of("loss", loss), 0);
        }

        assertThat(state).containsEntry("keptShare", 1.0).containsEntry("averagedSteps", 3.0);
        assertThat(state.get("averageLoss")).isCloseTo(0.99 * (0.99 * 4 + 0.01 * 2) + 0.01, within(1e-12));
        assertThat(state.get("referenceLoss")).isEqualTo(state.get("averageLoss"));
    }

    /** The first of two probabilities whose Hellinger distance from a half is as given. */
    private static double atDistance(double distance) {
        double low = 0.5;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double p = (low + high) / 2;
            double a = Math.sqrt(p) - Math.sqrt(0.5);
            double b = Math.sqrt(1 - p) - Math.sqrt(0.5);
            if (Math.sqrt((a * a + b * b) / 2) < distance) {
                low = p;
            } else {
                high = p;
            }
        }
        return low;
    }
}
