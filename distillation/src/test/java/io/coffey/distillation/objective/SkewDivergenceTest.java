// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewDivergenceTest {

    private static final double[][] STUDENT = {{0.3, -0.2, 0.1, -0.7}, {1.2, 0.4, -0.9, 0.0}};
    private static final double[][] TEACHER = {{-0.5, 1.1, 0.2, 0.3}, {0.9, -1.3, 0.4, 0.8}};

    @ParameterizedTest
    @CsvSource({"forward, .069578", "reverse, .072828"})
    void isTheDivergenceToTheMixture(String direction, double expected) {
        Objective objective = Positions.objective("skew", "direction", direction);

        assertThat(Positions.probabilities(objective, Positions.Q3, Positions.P3)
                        .loss())
                .isCloseTo(expected, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"forward", "reverse"})
    void hasTheGradientOfItsValue(String direction) {
        Objective objective = Positions.objective("skew", "direction", direction);

        double[][] gradient = Positions.logits(objective, STUDENT, TEACHER).gradient();

        double[][] slopes = Positions.slopes(objective, STUDENT, TEACHER);
        for (int t = 0; t < slopes.length; t++) {
            assertThat(gradient[t]).containsExactly(slopes[t], within(1e-8));
        }
    }

    @Test
    void staysBelowTheLogarithmOfTheSkew() {
        Objective objective = Positions.objective("skew", "direction", "reverse");

        double loss = Positions.logits(objective, new double[][] {{50, 0, 0}}, new double[][] {{0, 50, 0}})
                .loss();

        assertThat(loss).isCloseTo(-Math.log(0.1), within(1e-6));
    }
}
