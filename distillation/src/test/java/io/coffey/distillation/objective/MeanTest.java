// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeanTest {

    @ParameterizedTest
    @CsvSource({"tokens, 4", "sequences, 6", "sequence-sums, 8"})
    void isOverTokensOrOverTrajectoriesOrOverTheirSums(String mean, double expected) {
        // fresh samples of probability 1/2 whose losses are 1, 2, 3 and, in a trajectory of its own, 10
        double half = Math.log(0.5);
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(new double[][] {losing(1), losing(2), losing(3)}, 0, 0, 0)
                        .behavior(half, half, half)
                        .scored(0),
                Sample.of(new double[][] {losing(10)}, 0).behavior(half).scored(1)));
        Objective objective = Positions.objective("policy-gradient", "truncation", "drop", "mean", mean);

        Evaluated evaluated = Evaluated.of(objective, new double[4][2], batch, 4);

        assertThat(evaluated.loss()).isCloseTo(expected, within(1e-6));
    }

    private static double[] losing(double nats) {
        return new double[] {Math.log(0.5) - nats, -1};
    }
}
