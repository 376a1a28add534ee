// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LearningRateTest {

    private static final LearningRate.Schedule CONSTANT = LearningRate.Schedule.named("constant");
    private static final LearningRate.Schedule LINEAR = LearningRate.Schedule.named("linear");
    private static final LearningRate.Schedule COSINE = LearningRate.Schedule.named("cosine");

    @Test
    void staysAtThePeakWhenConstant() {
        assertThat(rates(LearningRate.constant(0.5, 3), 0, 1, 2, 9)).containsExactly(0.5, 0.5, 0.5, 0.5);
    }

    @Test
    void warmsUpInAStraightLine() {
        LearningRate rate = new LearningRate(1, CONSTANT, 10, 4, 1, 0, 1);

        assertThat(rates(rate, 0, 1, 2, 3, 4, 9)).containsExactly(0.25, 0.5, 0.75, 1, 1, 1);
    }

    @Test
    void fallsInAStraightLineToTheFinalFactorAtTheLastStep() {
        LearningRate rate = new LearningRate(2, LINEAR, 7, 2, 0.5, 0, 1);

        assertThat(rates(rate, 1, 2, 3, 4, 5, 6, 7)).containsExactly(2, 2, 1.75, 1.5, 1.25, 1, 1);
    }

    @Test
    void fallsAlongACosineToTheFinalFactorAtTheLastStep() {
        LearningRate rate = new LearningRate(1, COSINE, 5, 0, 0, 0, 1);

        double[] expected = {1, 0.853553390593, 0.5, 0.146446609407, 0, 0};
        assertThat(rates(rate, 0, 1, 2, 3, 4, 5)).containsExactly(expected, within(1e-12));
    }

    @Test
    void isMultipliedByTheDecayFactorInTheLastShare() {
        LearningRate rate = new LearningRate(1, CONSTANT, 10, 0, 1, 0.3, 0.25);

        assertThat(rates(rate, 0, 6, 7, 9)).containsExactly(1, 1, 0.25, 0.25);
    }

    @Test
    void reachesThePeakInARunThatIsAllWarmUp() {
        assertThat(rates(new LearningRate(1, COSINE, 2, 2, 0, 0, 1), 0, 1)).containsExactly(0.5, 1);
        assertThat(rates(new LearningRate(1, COSINE, 1, 0, 0, 0, 1), 0)).containsExactly(1);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefused(() -> LearningRate.constant(0, 1), "learningRate: expected a number above 0, found 0.0");
        assertRefused(() -> LearningRate.constant(Double.NaN, 1), "learningRate");
        assertRefused(() -> LearningRate.constant(1, 0), "steps: expected 1 or more, found 0");
        assertRefused(() -> new LearningRate(1, CONSTANT, 5, 6, 1, 0, 1), "warmupSteps");
        assertRefused(() -> new LearningRate(1, CONSTANT, 5, 0, 1.5, 0, 1), "finalFactor");
        assertRefused(() -> new LearningRate(1, CONSTANT, 5, 0, 1, -1, 1), "decayShare");
        assertRefused(() -> new LearningRate(1, CONSTANT, 5, 0, 1, 0, 0), "decayFactor");
        assertRefused(
                () -> LearningRate.Schedule.named("step"), "schedule: expected constant, linear, cosine, found step");
    }

    private static void assertRefused(Runnable construction, String reason) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private static double[] rates(LearningRate rate, long... steps) {
        return LongStream.of(steps).mapToDouble(rate::at).toArray();
    }
}
