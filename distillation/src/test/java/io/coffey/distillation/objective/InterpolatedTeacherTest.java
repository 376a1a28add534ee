// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolatedTeacherTest {

    private static final double[][] STUDENT = {{1, 0, 0}};
    private static final double[][] TEACHER = {{0, 2, 0}};

    @ParameterizedTest
    @CsvSource({"0, .975328", "0.4, 1.190462", "1, 1.444938"})
    void measuresTheCrossEntropyToTheInterpolatedTeacher(double t, double expected) {
        Evaluated evaluated = Positions.logits(Positions.objective("taid"), STUDENT, TEACHER, at(t, 0, 0));

        assertThat(evaluated.sum("crossEntropy")).isCloseTo(expected, within(1e-6));
    }

    @Test
    void pullsTheStudentTowardsTheInterpolation() {
        double[] mixture = {0.360983, 0.440905, 0.198112};
        double e = Math.exp(1);
        double[] q = {e / (e + 2), 1 / (e + 2), 1 / (e + 2)};

        Evaluated evaluated = Positions.logits(Positions.objective("taid"), STUDENT, TEACHER);

        for (int v = 0; v < q.length; v++) {
            assertThat(evaluated.gradient()[0][v]).isCloseTo(q[v] - mixture[v], within(1e-6));
        }
        double entropy = 0;
        for (double p : mixture) {
            entropy -= p * Math.log(p);
        }
        assertThat(evaluated.loss()).isCloseTo(1.190462 - entropy, within(2e-6));
    }

    @Test
    void movesOnWithTheFallOfTheCrossEntropy() {
        Controller controller = Positions.objective("taid").controller();

        Map<String, Double> next = controller.next(at(0.4, 0, 2.0), Map.of("crossEntropy", 1.8), 0);

        assertThat(next.get("interpolation")).isCloseTo(0.4 + 1.50075e-4, within(1e-9));
        assertThat(next.get("momentum")).isCloseTo(0.001, within(1e-12));
        assertThat(next).containsEntry("crossEntropy", 1.8);
    }

    @Test
    void keepsUpWithTheRunAndStopsAtItsEnd() {
        Controller controller = Positions.objective("taid").controller();

        Map<String, Double> early = controller.next(at(0.4, 0, 2.0), Map.of("crossEntropy", 1.8), 0.1);
        Map<String, Double> late = controller.next(at(1, 0, 2.0), Map.of("crossEntropy", 1.8), 1);

        assertThat(early.get("interpolation")).isCloseTo(0.46, within(1e-12));
        assertThat(late).containsEntry("interpolation", 1.0);
        assertThat(controller.readsProgress()).isTrue();
    }

    @Test
    void onlyNotesTheCrossEntropyOfItsFirstStep() {
        Controller controller = Positions.objective("taid").controller();

        Map<String, Double> next = controller.next(controller.initial(), Map.of("crossEntropy", 2.5), 0.5);

        assertThat(next).isEqualTo(at(0.4, 0, 2.5));
    }

    private static Map<String, Double> at(double interpolation, double momentum, double crossEntropy) {
        return Map.of("interpolation", interpolation, "momentum", momentum, "crossEntropy", crossEntropy);
    }
}
