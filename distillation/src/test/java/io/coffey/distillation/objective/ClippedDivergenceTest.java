// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The divergence's mix of directions, clips, position weights and temperature. */
class ClippedDivergenceTest {

    @Test
    void mixesBothDirections() {
        Evaluated evaluated = forV3("direction", "mix", "reverseWeight", "0.25");

        assertThat(evaluated.loss()).isCloseTo(0.086850, within(1e-6));
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {-.203563, .098508, .105056}, within(1e-6));
    }

    @Test
    void clipsEachEntryOfTheVocabulary() {
        Evaluated evaluated = forV3("direction", "forward", "clip", "vocabulary");

        assertThat(evaluated.loss()).isCloseTo(-0.100408, within(1e-6));
        // away from the teacher's favourite: a property of the published clip
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {.15, -.11, -.04}, within(1e-6));
        assertThat(Positions.probabilities(
                                Positions.objective("divergence", "direction", "forward", "clip", "vocabulary"),
                                Positions.Q5,
                                Positions.P5)
                        .loss())
                .isCloseTo(-0.044519, within(1e-6));
    }

    @Test
    void clipsNothingBelowTheClip() {
        Evaluated evaluated = forV3("direction", "forward", "clip", "vocabulary", "clipAt", "0.3");

        assertThat(evaluated.loss()).isCloseTo(0.085123, within(1e-6));
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {-.2, .1, .1}, within(1e-6));
    }

    @Test
    void neverClipsTheTail() {
        // forward KL on {C} with a tail of .9 against .8: only the tail's term is above the clip
        Objective clipped = Positions.objective(
                "divergence", "direction", "forward", "topK", "1", "clip", "vocabulary", "clipAt", "0.05");
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(Positions.P3)}, 2)
                .teacherTop(new int[][] {{2}})
                .scored(0)));

        Evaluated evaluated = Evaluated.of(clipped, new double[][] {Distributions.log(Positions.Q3)}, batch, 1);

        assertThat(evaluated.loss()).isCloseTo(0.1 * Math.log(0.1 / 0.2) + 0.9 * Math.log(0.9 / 0.8), within(1e-6));
    }

    @Test
    void clipsAPositionWithoutTurningItsGradient() {
        Evaluated evaluated = forV3("direction", "forward", "clip", "position");

        assertThat(evaluated.loss()).isCloseTo(0.05, within(1e-6));
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {-.117477, .058739, .058739}, within(1e-6));
        assertThat(forV3("direction", "forward", "clip", "position", "clipAt", "0.1")
                        .loss())
                .isCloseTo(0.085123, within(1e-6));
    }

    @Test
    void weighsPositionsAsTheyComeInTheirTrajectory() {
        double[] weights = {.533156, .910598, .991760, .999317};
        double[][] q =
                Stream.generate(() -> Distributions.log(Positions.Q3)).limit(4).toArray(double[][]::new);
        double[][] p =
                Stream.generate(() -> Distributions.log(Positions.P3)).limit(4).toArray(double[][]::new);

        Evaluated evaluated = Positions.logits(
                Positions.objective("divergence", "direction", "forward", "positionFloor", "0.25"), q, p);

        for (int t = 0; t < weights.length; t++) {
            assertThat(evaluated.gradient()[t])
                    .containsExactly(
                            new double[] {-.2 * weights[t] / 4, .1 * weights[t] / 4, .1 * weights[t] / 4},
                            within(1e-6));
        }
    }

    @Test
    void dividesBothSidesLogitsByTheTemperature() {
        Evaluated evaluated = forV3("direction", "forward", "tail", "renormalise", "temperature", "2");

        assertThat(evaluated.loss()).isCloseTo(0.024574, within(1e-6));
        assertThat(4 * evaluated.loss()).isCloseTo(0.098297, within(2e-6)); // times T^2
    }

    @Test
    void refusesATemperatureWhereTheTailIsOneBucket() {
        assertThat(Objectives.problems(Map.of("type", "divergence", "temperature", "2")))
                .containsExactly("objective.temperature: expected 1, as tail is not renormalise: the tail's logits are"
                        + " not known, found \"2.0\"");
    }

    private static Evaluated forV3(String... settings) {
        return Positions.probabilities(Positions.objective("divergence", settings), Positions.Q3, Positions.P3);
    }
}
