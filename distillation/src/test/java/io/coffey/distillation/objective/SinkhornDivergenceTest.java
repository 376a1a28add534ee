// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SinkhornDivergenceTest {

    private static final double[][] STUDENT = {{0, 0, 0}, {1, 0, 0}};
    private static final double[][] TEACHER = {{2, 1, 0}, {0, 0, 2}};

    @Test
    void isTheCostOfTheTransport() {
        Objective objective = Positions.objective("sinkhorn", "weight", "1", "divergenceWeight", "0");

        Evaluated evaluated = Positions.logits(objective, STUDENT, TEACHER);

        assertThat(evaluated.loss()).isCloseTo(0.716179, within(1e-6));
        assertThat(evaluated.sum("transportCost")).isCloseTo(0.716179, within(1e-6));
    }

    @Test
    void addsTheCostToTheForwardDivergence() {
        double cost = Positions.logits(Positions.objective("sinkhorn"), STUDENT, TEACHER)
                        .loss()
                - Positions.logits(Positions.objective("sinkhorn", "weight", "0"), STUDENT, TEACHER)
                        .loss();

        assertThat(cost).isCloseTo(8e-4 * 0.716179, within(1e-9));
    }

    @Test
    void hasTheGradientOfItsValue() {
        Objective objective = Positions.objective("sinkhorn", "weight", "1", "iterations", "5");

        double[][] gradient = Positions.logits(objective, STUDENT, TEACHER).gradient();

        double[][] slopes = Positions.slopes(objective, STUDENT, TEACHER);
        for (int t = 0; t < slopes.length; t++) {
            assertThat(gradient[t]).containsExactly(slopes[t], within(1e-7));
        }
    }

    @Test
    void costsSomethingEvenWhereTheTeacherIsTheStudent() {
        Objective objective = Positions.objective("sinkhorn", "weight", "1");

        Evaluated evaluated = Positions.logits(objective, STUDENT, STUDENT);

        assertThat(evaluated.loss()).isGreaterThan(1e-3);
        assertThat(objective.atRest()).containsEntry("weight", "0");
    }
}
