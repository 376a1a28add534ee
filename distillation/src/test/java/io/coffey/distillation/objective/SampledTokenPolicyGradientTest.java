// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampledTokenPolicyGradientTest {

    private static final double[] Q = {0.5, 0.3, 0.2};
    private static final double[] P = {0.7, 0.2, 0.1};
    private static final double[] B = {0.6, 0.25, 0.15};
    private static final double[] REVERSE_KL_GRADIENT = {-0.214253, 0.094030, 0.120223};

    @Test
    void demandsSamplesOfTheStudentsOwnDistribution() {
        assertThat(Objectives.create(Map.of("type", "policy-gradient")).policyGradient())
                .isTrue();
        assertThat(Objectives.create(Map.of("type", "divergence")).policyGradient())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"weight", "drop"})
    void isTheReverseKlGradientInExpectationHoweverStaleTheSamples(String truncation) {
        Evaluated stale = everyToken(Map.of("truncation", truncation), B);

        assertThat(stale.expectedGradient(B)).containsExactly(REVERSE_KL_GRADIENT, within(1e-6));
    }

    @Test
    void isTheReverseKlGradientInExpectationOnFreshSamples() {
        assertThat(everyToken(Map.of(), Q).expectedGradient(Q)).containsExactly(REVERSE_KL_GRADIENT, within(1e-6));
    }

    @Test
    void isBiasedOnStaleSamplesWithoutTheirRatio() {
        // the control: behavior log-probabilities that claim the samples are fresh
        Evaluated uncorrected = everyToken(Map.of(), Q);

        assertThat(uncorrected.expectedGradient(B))
                .containsExactly(new double[] {-0.203611, 0.100330, 0.103281}, within(1e-6));
    }

    @Test
    void truncatesRatiosAndKeepsABoundedGradient() {
        Evaluated evaluated = FourTokens.evaluate(Map.of("ratioCap", "1.2", "truncation", "weight"));

        // - A * weight * (1 - q) / 3 with weights 1.1, 1.2 and .8
        assertThat(FourTokens.gradient(evaluated))
                .containsExactly(new double[] {-0.039792, 0.274887, -0.047604, 0}, within(1e-6));
        assertThat(evaluated.loss()).isCloseTo(-0.359466, within(1e-6));
        assertThat(evaluated.sums().get("truncatedRatios")).isEqualTo(1);
        assertThat(evaluated.sums().get("importanceRatio")).isCloseTo(1.1 + 1.25 + 0.8, within(1e-6));
        assertThat(evaluated.sums().get("maxImportanceRatio")).isCloseTo(1.25, within(1e-6));
        assertThat(evaluated.sums().get("mismatchKl")).isCloseTo(0.004690 + 0.026856 + 0.023144, within(2e-6));
        assertThat(evaluated.sums().get("reverseKl")).isCloseTo(-(0.241162 - 0.916291 + 0.223144), within(2e-6));
        assertThat(evaluated.sums().get("logRatio")).isCloseTo(0.336472 - 0.693147, within(2e-6));
        assertThat(evaluated.sums().get("tokens")).isEqualTo(3);
    }

    @Test
    void truncatesRatiosAndDropsTheGradient() {
        Evaluated evaluated = FourTokens.evaluate(Map.of("ratioCap", "1.2", "truncation", "drop"));

        assertThat(evaluated.loss()).isCloseTo(0.218585, within(1e-6));
        assertThat(FourTokens.gradient(evaluated))
                .containsExactly(new double[] {-0.039792, 0, -0.047604, 0}, within(1e-6));
    }

    @Test
    void clipsTheAdvantage() {
        Evaluated evaluated = FourTokens.evaluate(Map.of("advantageClip", "0.5"));

        assertThat(evaluated.sums().get("advantage")).isCloseTo(0.241162 - 0.5 + 0.223144, within(1e-6));
        assertThat(evaluated.sums().get("clippedAdvantages")).isEqualTo(1);
    }

    @Test
    void scalesWithTheCoefficient() {
        double[] one = FourTokens.gradient(FourTokens.evaluate(Map.of()));
        double[] half = FourTokens.gradient(FourTokens.evaluate(Map.of("coefficient", "0.5")));

        for (int t = 0; t < one.length; t++) {
            assertThat(half[t]).isCloseTo(one[t] / 2, within(1e-12));
        }
    }

    @Test
    void clampsTheLogRatioOfATokenThatTheSamplerHardlyKnew() {
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(P)}, 0)
                .behavior(-200)
                .scored(0)));

        Evaluated evaluated = Evaluated.of(create(Map.of()), new double[][] {Distributions.log(Q)}, batch, 1);

        assertThat(evaluated.sums().get("importanceRatio")).isCloseTo(Math.exp(20), within(1.0));
        assertThat(evaluated.gradient()[0][0]).isCloseTo(-Math.log(1.4) * 2 * 0.5, within(1e-6));
    }

    @Test
    void isTheMeanOverTheTokensOfTheWholeBatch() {
        // fresh samples of probability 1/2 whose losses are 1, 2, 3 and 10: 4 over tokens, 6 over sequences
        double[][] first = {losing(1), losing(2), losing(3)};
        double[][] second = {losing(10)};
        double half = Math.log(0.5);
        TokenBatch batch = TokenBatch.of(List.of(
                Sample.of(first, 0, 0, 0).behavior(half, half, half).scored(0),
                Sample.of(second, 0).behavior(half).scored(1)));

        Evaluated evaluated = Evaluated.of(create(Map.of("truncation", "drop")), new double[4][2], batch, 4);

        assertThat(evaluated.loss()).isCloseTo(4.0, within(1e-6));
    }

    private static double[] losing(double nats) {
        return new double[] {Math.log(0.5) - nats, -1};
    }

    /** One row for each token that could have been sampled. */
    private static Evaluated everyToken(Map<String, String> settings, double[] behavior) {
        double[][] teacher = {Distributions.log(P), Distributions.log(P), Distributions.log(P)};
        double[][] logits = {Distributions.log(Q), Distributions.log(Q), Distributions.log(Q)};
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 1, 2)
                .behavior(Distributions.log(behavior))
                .scored(0)));
        return Evaluated.of(create(settings), logits, batch, 1);
    }

    private static Objective create(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("type", "policy-gradient");
        return Objectives.create(all);
    }
}
