// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.List;
import java.util.Map;
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

    /** The sampled token has probability .5 of the student and .7 of the teacher forward, .2 and .1 in reverse. */
    @ParameterizedTest
    @CsvSource({
        "forward, 0,    .1,       .069578",
        "forward, .19,  .1,       .069578",
        "forward, .21,  .055047,  .076372",
        "forward, .3,   .01,      .083497",
        "reverse, .05,  .1,       .072828",
        "reverse, .105, .055094,  .081088",
        "reverse, .2,   .01,      .089977"
    })
    void adaptsTheSkewToTheGapOfATrajectory(String direction, double meanGap, double skew, double expected) {
        Objective objective = Positions.objective("skew", "direction", direction, "adaptation", "gap");
        int[] all = {0, 1, 2};
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(new double[][] {Distributions.log(Positions.P3)}, "forward".equals(direction) ? 0 : 2)
                        .teacherTop(all)
                        .studentTop(all)
                        .scored(0)));

        Evaluated evaluated = Evaluated.of(
                objective,
                new double[][] {Distributions.log(Positions.Q3)},
                batch,
                new BatchTotals(1, 1),
                Map.of("sequenceGap", meanGap));

        assertThat(evaluated.sum("skew")).isCloseTo(skew, within(1e-6));
        assertThat(evaluated.loss()).isCloseTo(expected, within(1e-6));
        assertThat(evaluated.sum("sequenceGap")).isCloseTo("forward".equals(direction) ? 0.2 : 0.1, within(1e-6));
    }

    @Test
    void carriesTheMeanGapOfTrajectoriesToTheNextStep() {
        Objective objective = Positions.objective("skew", "direction", "forward", "adaptation", "gap");
        int[] all = {0, 1, 2};
        double[] p = Distributions.log(Positions.P3);
        double[] q = Distributions.log(Positions.Q3);
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(new double[][] {p, p}, 0, 1)
                        .teacherTop(all, all)
                        .studentTop(all, all)
                        .scored(0),
                Sample.of(new double[][] {p}, 0).teacherTop(all).studentTop(all).scored(1)));

        Evaluated evaluated = Evaluated.of(objective, new double[][] {q, q, q}, batch, 3);

        // sqrt(.7 * .2) - sqrt(.5 * .3) and .7 - .5
        double mean = evaluated.sum("sequenceGap") / 3;
        assertThat(mean).isCloseTo((-0.013132 + 0.2) / 2, within(1e-6));
        Controller controller = objective.controller();
        assertThat(controller.initial()).containsExactly(entry("sequenceGap", 0.0));
        assertThat(controller.next(controller.initial(), Map.of("sequenceGap", mean), 0))
                .containsExactly(entry("sequenceGap", mean));
        assertThat(Positions.objective("skew").controller().initial()).isEmpty();
    }

    @Test
    void refusesALeastSkewAboveTheSkew() {
        assertThat(Objectives.problems(Map.of("type", "skew", "adaptation", "gap", "leastSkew", "0.2")))
                .containsExactly("objective.leastSkew: expected no more than skew, which is 0.1, found \"0.2\"");
    }

    @Test
    void staysBelowTheLogarithmOfTheSkew() {
        Objective objective = Positions.objective("skew", "direction", "reverse");

        double loss = Positions.logits(objective, new double[][] {{50, 0, 0}}, new double[][] {{0, 50, 0}})
                .loss();

        assertThat(loss).isCloseTo(-Math.log(0.1), within(1e-6));
    }
}
