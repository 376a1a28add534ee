// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BidirectionalDivergenceTest {

    private static final double FORWARD = 0.085123;
    private static final double REVERSE = 0.092033;

    @Test
    void weighsTheReverseMoreWhereTheStudentIsLessSure() {
        Evaluated evaluated = Positions.probabilities(Positions.objective("bidirectional"), Positions.Q3, Positions.P3);

        assertThat(evaluated.loss()).isCloseTo(0.361221, within(2e-6));
        assertThat(evaluated.sums()).containsEntry("teacherLessSure", 0.0);
    }

    @Test
    void weighsTheForwardMoreWhereTheTeacherIsLessSure() {
        Objective objective = Positions.objective("bidirectional", "higherWeight", "5", "lowerWeight", "0.5");

        Evaluated evaluated = Positions.probabilities(objective, Positions.P3, Positions.Q3);

        assertThat(evaluated.loss()).isCloseTo(5 * REVERSE + 0.5 * FORWARD, within(1e-5)); // swapped sides
        assertThat(evaluated.sums()).containsEntry("teacherLessSure", 1.0);
    }

    @Test
    void hasTheGradientOfItsValue() {
        Objective objective = Positions.objective("bidirectional");
        double[][] student = {{0.3, -0.2, 0.1, -0.7}, {1.2, 0.4, -0.9, 0.0}};
        double[][] teacher = {{-0.5, 1.1, 0.2, 0.3}, {0.9, -1.3, 0.4, 0.8}};

        double[][] gradient = Positions.logits(objective, student, teacher).gradient();

        double[][] slopes = Positions.slopes(objective, student, teacher);
        for (int t = 0; t < slopes.length; t++) {
            assertThat(gradient[t]).containsExactly(slopes[t], within(1e-8));
        }
    }
}
