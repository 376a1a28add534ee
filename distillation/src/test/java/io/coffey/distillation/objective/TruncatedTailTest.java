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

/** A tail that is estimated from the sampled token, and one that the teacher is said to find impossible. */
class TruncatedTailTest {

    private static final double[] Q = Positions.Q5;
    private static final double[] P = Positions.P5;
    private static final int[] OF_STUDENT = {0, 1};
    private static final int[] OF_TEACHER = {0, 2};

    @Test
    void isTheReverseDivergenceAndItsGradientInExpectationOverTheSampledToken() {
        double loss = 0;
        double[] gradient = new double[5];
        for (int token = 0; token < 5; token++) {
            Evaluated evaluated = sampled(token, Q, Map.of());
            loss += Q[token] * evaluated.loss();
            for (int v = 0; v < 5; v++) {
                gradient[v] += Q[token] * evaluated.gradient()[0][v];
            }
        }

        assertThat(loss).isCloseTo(0.193560, within(1e-6));
        assertThat(gradient)
                .containsExactly(new double[] {-0.239610, 0.271516, -0.072186, 0.049959, -0.009678}, within(1e-6));
    }

    @Test
    void addsNothingToTheHeadWhereTheSampledTokenIsInIt() {
        assertThat(sampled(0, Q, Map.of()).loss()).isCloseTo(0.167398, within(1e-6));
        assertThat(sampled(1, Q, Map.of()).loss()).isCloseTo(0.167398, within(1e-6));
        // log .15/.20 and log .10/.05
        assertThat(sampled(2, Q, Map.of()).loss()).isCloseTo(0.167398 - 0.287682, within(1e-6));
        assertThat(sampled(3, Q, Map.of()).loss()).isCloseTo(0.167398 + 0.693147, within(1e-6));
    }

    @Test
    void correctsTheTailAloneForStaleSamples() {
        double[] b = {0.2, 0.2, 0.2, 0.2, 0.2};
        double[] uniform = new double[5];
        double loss = 0;
        for (int token = 0; token < 5; token++) {
            Evaluated evaluated = sampled(token, b, Map.of("tailRatioCap", "1000"));
            loss += b[token] * evaluated.loss();
            for (int v = 0; v < 5; v++) {
                uniform[v] += b[token] * evaluated.gradient()[0][v];
            }
        }

        assertThat(loss).isCloseTo(0.193560, within(1e-6));
        assertThat(uniform)
                .containsExactly(new double[] {-0.239610, 0.271516, -0.072186, 0.049959, -0.009678}, within(1e-6));
        // a ratio of .10 / .04 counts as 2
        double[] capped =
                sampled(3, new double[] {0.9, 0.02, 0.02, 0.04, 0.02}, Map.of()).gradient()[0];
        double[] fresh = sampled(3, Q, Map.of()).gradient()[0];
        double[] head = sampled(0, Q, Map.of()).gradient()[0];
        for (int v = 0; v < 5; v++) {
            assertThat(capped[v] - head[v]).isCloseTo(2 * (fresh[v] - head[v]), within(1e-6));
        }
    }

    @Test
    void needsSamplesOfTheStudentsOwn() {
        assertThat(Positions.objective("divergence", "tail", "sampled").policyGradient())
                .isTrue();
        assertThat(Positions.objective("divergence").policyGradient()).isFalse();
        assertThat(Positions.objective("opsd", "direction", "reverse", "tail", "sampled")
                        .policyGradient())
                .isTrue();
    }

    @Test
    void isForTheReverseDirection() {
        assertThat(Objectives.problems(Map.of("type", "divergence", "direction", "forward", "tail", "sampled")))
                .containsExactly("objective.tail: expected bucket, none or renormalise, as direction is not reverse,"
                        + " found \"sampled\"");
        assertThat(Objectives.problems(Map.of("type", "divergence", "direction", "jsd", "tail", "floor")))
                .containsExactly("objective.tail: expected bucket, none or renormalise, as direction is neither reverse"
                        + " nor mix, found \"floor\"");
    }

    @Test
    void pullsIntoTheTeachersLikeliestWithTheLogProbabilityOfTheOthers() {
        // partial -.205338, and .45 of mass at 100 nats less its entropy .741237
        Evaluated published = floored(Map.of());
        assertThat(published.loss()).isCloseTo(44.053425, within(1e-5));
        assertThat(published.gradient()[0])
                .containsExactly(new double[] {-17.783556, 16.422781, -6.651166, 5.364399, 2.647542}, within(1e-5));

        Evaluated gentler = floored(Map.of("tailLogProb", "-5"));
        assertThat(gentler.loss()).isCloseTo(1.303425, within(1e-6));
        assertThat(gentler.gradient()[0])
                .containsExactly(new double[] {-0.683556, 0.747781, -0.238666, 0.139399, 0.035042}, within(1e-6));
    }

    @Test
    void floorsTheReversePartOfAMix() {
        Evaluated mix = floored(Map.of("tailLogProb", "-5", "direction", "mix", "reverseWeight", "0.25"));

        assertThat(mix.loss()).isCloseTo(0.551468, within(1e-6));
        assertThat(mix.gradient()[0])
                .containsExactly(new double[] {-0.380889, 0.366945, -0.119667, 0.094850, 0.038761}, within(1e-6));
    }

    @Test
    void hasNoFloorWhereTheSupportIsTheWholeVocabulary() {
        Objective objective = Positions.objective("divergence", "tail", "floor", "topK", "5");

        assertThat(Positions.probabilities(objective, Q, P).loss()).isCloseTo(0.193560, within(1e-6));
        assertThat(Positions.probabilities(objective, P, P).loss()).isCloseTo(0, within(1e-6));
    }

    private static Evaluated sampled(int token, double[] behavior, Map<String, String> more) {
        return evaluated(token, behavior, with(more, "sampled"));
    }

    private static Evaluated floored(Map<String, String> more) {
        return evaluated(1, Q, with(more, "floor"));
    }

    private static Map<String, String> with(Map<String, String> more, String tail) {
        Map<String, String> settings = new HashMap<>(Map.of("type", "divergence", "topK", "2", "tail", tail));
        settings.putAll(more);
        return settings;
    }

    private static Evaluated evaluated(int token, double[] behavior, Map<String, String> settings) {
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(P)}, token)
                .behavior(Math.log(behavior[token]))
                .teacherTop(OF_TEACHER)
                .studentTop(OF_STUDENT)
                .scored(0)));
        return Evaluated.of(Objectives.create(settings), new double[][] {Distributions.log(Q)}, batch, 1);
    }
}
