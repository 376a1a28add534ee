// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of random positions are those that calculus gives. */
class AnalyticGradientTest {

    private static final int V = 9;
    private static final Random RANDOM = new Random(20);
    private static final double[] STUDENT = RANDOM.doubles(V, -2, 2).toArray();
    private static final double[] TEACHER = RANDOM.doubles(V, -2, 2).toArray();
    private static final double[] LOG_Q = Distributions.logSoftmax(STUDENT);
    private static final double[] LOG_P = Distributions.logSoftmax(TEACHER);

    @Test
    void pullsTheForwardDivergenceByTheDifference() {
        assertThat(gradient(Positions.objective("divergence", "direction", "forward")))
                .containsExactly(each(v -> q(v) - p(v)), within(1e-6));
    }

    @Test
    void pullsTheReverseDivergenceByTheLogRatioAboveItsMean() {
        double reverse = sum(v -> q(v) * (LOG_Q[v] - LOG_P[v]));

        assertThat(gradient(Positions.objective("divergence", "direction", "reverse")))
                .containsExactly(each(v -> q(v) * (LOG_Q[v] - LOG_P[v] - reverse)), within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void pullsTheJensenShannonDivergenceByTheStudentsShare(double beta) {
        double[] logM = each(v -> Math.log(beta * p(v) + (1 - beta) * q(v)));
        double toMixture = sum(v -> q(v) * (LOG_Q[v] - logM[v]));

        assertThat(gradient(Positions.objective(
                        "divergence", "direction", "jsd", "teacherMixWeight", Double.toString(beta))))
                .containsExactly(each(v -> (1 - beta) * q(v) * (LOG_Q[v] - logM[v] - toMixture)), within(1e-6));
    }

    @Test
    void pullsARankingByTheChoicesThatEachTokenLoses() {
        int[] order = IntStream.range(0, V)
                .boxed()
                .sorted(Comparator.comparingDouble(v -> -TEACHER[v]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] expected = new double[V];
        for (int rank = 0; rank < V; rank++) {
            int[] left = Arrays.copyOfRange(order, rank, V);
            double mass =
                    Arrays.stream(left).mapToDouble(AnalyticGradientTest::q).sum();
            for (int v : left) {
                expected[v] += q(v) / mass;
            }
            expected[order[rank]] -= 1;
        }

        double[] with = gradient(Positions.objective("tsd-kd", "rankingWeight", "1", "entropyCoefficient", "0"));
        double[] without = gradient(Positions.objective("tsd-kd", "rankingWeight", "0", "entropyCoefficient", "0"));

        assertThat(each(v -> with[v] - without[v])).containsExactly(expected, within(1e-6));
    }

    @Test
    void pullsTheEntropyTowardsTheLikeliest() {
        double entropy = Distributions.entropy(LOG_Q);

        double[] with = gradient(Positions.objective("tsd-kd", "rankingWeight", "0", "entropyCoefficient", "1"));
        double[] without = gradient(Positions.objective("tsd-kd", "rankingWeight", "0", "entropyCoefficient", "0"));

        assertThat(each(v -> with[v] - without[v]))
                .containsExactly(each(v -> -q(v) * (LOG_Q[v] + entropy)), within(1e-6));
    }

    private interface OfToken {
        double value(int token);
    }

    private static double[] each(OfToken value) {
        return IntStream.range(0, V).mapToDouble(value::value).toArray();
    }

    private static double sum(OfToken value) {
        return Arrays.stream(each(value)).sum();
    }

    private static double q(int token) {
        return Math.exp(LOG_Q[token]);
    }

    private static double p(int token) {
        return Math.exp(LOG_P[token]);
    }

    private static double[] gradient(Objective objective) {
        return Positions.logits(objective, new double[][] {STUDENT}, new double[][] {TEACHER})
                .gradient()[0];
    }
}
