// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenDivergenceTest {

    private static final double[] Q3 = {0.5, 0.3, 0.2};
    private static final double[] P3 = {0.7, 0.2, 0.1};
    private static final double[] Q5 = {0.40, 0.30, 0.15, 0.10, 0.05};
    private static final double[] P5 = {0.60, 0.10, 0.20, 0.05, 0.05};
    private static final int[] ALL3 = {0, 1, 2};

    @ParameterizedTest
    @CsvSource({
        "forward, .5, .085123, -.2,      .1,      .1",
        "reverse, .5, .092033, -.214253, .094030, .120223",
        "jsd,     .5, .021901, -.050848, .024187, .026661",
        "jsd,     .9, .008185, -.019016, .008515, .010500"
    })
    void isTheDivergenceAndItsAnalyticGradientOnTheWholeVocabulary(
            String direction, double mix, double value, double g0, double g1, double g2) {
        Evaluated evaluated = evaluate(direction, "bucket", mix, Q3, P3, ALL3, 1);

        assertThat(evaluated.loss()).isCloseTo(value, within(1e-6));
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {g0, g1, g2}, within(1e-6));
    }

    @Test
    void mixesByTheTeachersWeight() {
        // .007695 at .1 and .008185 at .9: the other orientation swaps them
        assertThat(evaluate("jsd", "bucket", 0.1, Q3, P3, ALL3, 1).loss()).isCloseTo(0.007695, within(1e-6));
    }

    @Test
    void tellsTheDirectionsApart() {
        double forward = evaluate("forward", "bucket", 0.5, Q3, P3, ALL3, 1).loss();
        double swapped = evaluate("reverse", "bucket", 0.5, P3, Q3, ALL3, 1).loss();

        assertThat(forward).isCloseTo(swapped, within(1e-6)); // KL(p||q) either way
        assertThat(evaluate("reverse", "bucket", 0.5, Q3, P3, ALL3, 1).loss()).isNotCloseTo(forward, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({
        "0 2,   none,        .300815, -.205338,        ",
        "0 2,   renormalise, .001326,  .001351, .000335",
        "0 2,   bucket,      .138629,  .159580, .036529",
        "0 1,   none,        .133418,  .167398,        ",
        "0 1,   renormalise, .190597,  .239139, .051757",
        "0 1,   bucket,      .133418,  .167398, .036230",
        "0 1 2, none,        .190954,  .124245,        ",
        "0 1 2, renormalise, .155013,  .203329, .042924",
        "0 1 2, bucket,      .150408,  .185065, .040539"
    })
    void treatsTheTailAsAsked(String support, String tail, double forward, double reverse, Double jsd) {
        int[] ids =
                Arrays.stream(support.split(" ")).mapToInt(Integer::parseInt).toArray();

        assertThat(evaluate("forward", tail, 0.5, Q5, P5, ids, 0).loss()).isCloseTo(forward, within(1e-6));
        assertThat(evaluate("reverse", tail, 0.5, Q5, P5, ids, 0).loss()).isCloseTo(reverse, within(1e-6));
        if (jsd != null) {
            assertThat(evaluate("jsd", tail, 0.5, Q5, P5, ids, 0).loss()).isCloseTo(jsd, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "forward, none,        0 2, -.28,     .24,     -.08,     .08,     .04",
        "forward, renormalise, 0 2, -.022727, 0,       .022727,  0,       0",
        "forward, bucket,      0 2, -.2,      .166667, -.05,     .055556, .027778",
        "reverse, bucket,      0 1, -.229145, .279364, -.025110, -.016740, -.008370"
    })
    void hasTheGradientOfItsTreatment(
            String direction, String tail, String support, double g0, double g1, double g2, double g3, double g4) {
        int[] ids =
                Arrays.stream(support.split(" ")).mapToInt(Integer::parseInt).toArray();

        Evaluated evaluated = evaluate(direction, tail, 0.5, Q5, P5, ids, 0);

        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {g0, g1, g2, g3, g4}, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"forward, .156297", "reverse, .193560", "jsd, .042269"})
    void hasNoTailWhenTheSupportIsTheWholeVocabulary(String direction, double exact) {
        int[] all = {0, 1, 2, 3, 4};

        for (String tail : List.of("bucket", "none", "renormalise")) {
            assertThat(evaluate(direction, tail, 0.5, Q5, P5, all, 3).loss()).isCloseTo(exact, within(1e-6));
        }
        // four and the sampled one are all five
        assertThat(evaluate(direction, "bucket", 0.5, Q5, P5, new int[] {0, 1, 2, 3}, 4)
                        .loss())
                .isCloseTo(exact, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"forward", "reverse", "jsd"})
    void alwaysCountsTheSampledTokenAndCountsItOnce(String direction) {
        Evaluated without = evaluate(direction, "bucket", 0.5, Q5, P5, new int[] {0, 1}, 2);
        Evaluated with = evaluate(direction, "bucket", 0.5, Q5, P5, new int[] {0, 1, 2}, 2);

        assertThat(without.loss()).isCloseTo(with.loss(), within(1e-9));
        assertThat(without.gradient()[0]).containsExactly(with.gradient()[0], within(1e-9));
        assertThat(with.sums().get("teacherMass")).isCloseTo(0.90, within(1e-6));
        assertThat(with.sums().get("studentMass")).isCloseTo(0.85, within(1e-6));
    }

    @Test
    void joinsBothSupportsForJsd() {
        Objective objective = Objectives.create(Map.of("type", "divergence", "direction", "jsd", "topK", "2"));
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(P5)}, 0)
                .teacherTop(new int[][] {{0, 2}})
                .studentTop(new int[][] {{0, 1}})
                .scored(0)));

        Evaluated evaluated = Evaluated.of(objective, new double[][] {Distributions.log(Q5)}, batch, 1);

        assertThat(evaluated.loss()).isCloseTo(0.040539, within(1e-6));
        assertThat(evaluated.sums().get("topOverlap")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void readsNoFurtherThanItsOwnTopK() {
        Objective objective = Objectives.create(Map.of("type", "divergence", "direction", "forward", "topK", "2"));
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(P5)}, 0)
                .teacherTop(new int[][] {{0, 2, 1, 3}})
                .scored(0)));

        Evaluated evaluated = Evaluated.of(objective, new double[][] {Distributions.log(Q5)}, batch, 1);

        assertThat(evaluated.loss()).isCloseTo(0.138629, within(1e-6));
    }

    @Test
    void watchesTheSampledTokenAndTheEntropies() {
        Objective objective = Objectives.create(Map.of("type", "divergence", "topK", "3"));
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {Distributions.log(P3)}, 1)
                .behavior(Math.log(0.25))
                .studentTop(new int[][] {{0, 1, 2}})
                .entropies()
                .scored(0)));

        Evaluated evaluated = Evaluated.of(objective, new double[][] {Distributions.log(Q3)}, batch, 1);

        assertThat(evaluated.sums().get("reverseKl")).isCloseTo(Math.log(0.3 / 0.2), within(1e-6));
        assertThat(evaluated.sums().get("logRatio")).isCloseTo(Math.log(0.2 / 0.25), within(1e-6));
        assertThat(evaluated.sums().get("studentEntropy")).isCloseTo(1.029653, within(1e-6));
        assertThat(evaluated.sums().get("teacherEntropy")).isCloseTo(0.801819, within(1e-6));
        assertThat(evaluated.sums().get("topOverlap")).isNaN();
    }

    @Test
    void isNotAtRestOnTheTeacherWhenTheTailIsLeftOut() {
        // the gradient of the partial forward KL at p = q is (mass of the support - 1) on it and mass off it, times q
        Evaluated evaluated = evaluate("forward", "none", 0.5, Q5, Q5, new int[] {0, 2}, 0);

        assertThat(evaluated.loss()).isCloseTo(0, within(1e-6));
        assertThat(evaluated.gradient()[0])
                .containsExactly(new double[] {-0.18, 0.165, -0.0675, 0.055, 0.0275}, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"forward, bucket", "reverse, bucket", "jsd, bucket", "reverse, none", "jsd, none", "jsd, renormalise"})
    void hasTheGradientOfItsValue(String direction, String tail) {
        int[] ids = {0, 1};
        double step = 1e-5;
        double[] logits = {0.3, -0.2, 0.1, -0.7, 0.5};

        double[] gradient = atLogits(direction, tail, logits, ids).gradient()[0];

        for (int v = 0; v < logits.length; v++) {
            double[] up = logits.clone();
            double[] down = logits.clone();
            up[v] += step;
            down[v] -= step;
            double slope = (atLogits(direction, tail, up, ids).loss()
                            - atLogits(direction, tail, down, ids).loss())
                    / (2 * step);
            assertThat(gradient[v]).isCloseTo(slope, within(1e-8));
        }
    }

    @ParameterizedTest
    @CsvSource({"forward", "reverse", "jsd"})
    void staysFiniteOnExtremeLogits(String direction) {
        double[] teacher = Distributions.logSoftmax(1000, 0, -1000, 0, 0);
        double[] logits = {-1000, 0, 1000, 0, 0};

        Evaluated evaluated = atLogits(direction, "bucket", 0.5, logits, teacher, new int[] {0, 2}, 1);

        assertThat(evaluated.loss()).isFinite().isPositive();
        assertThat(Arrays.stream(evaluated.gradient()[0]).sum()).isCloseTo(0, within(1e-9)); // and so none is infinite
    }

    private static Evaluated atLogits(String direction, String tail, double[] logits, int[] support) {
        return atLogits(direction, tail, 0.5, logits, Distributions.log(P5), support, 3);
    }

    private static Evaluated evaluate(
            String direction, String tail, double mix, double[] q, double[] p, int[] support, int token) {
        return atLogits(direction, tail, mix, Distributions.log(q), Distributions.log(p), support, token);
    }

    /** One position with the same support on both sides. */
    private static Evaluated atLogits(
            String direction, String tail, double mix, double[] logits, double[] teacher, int[] support, int token) {
        Objective objective = Objectives.create(Map.of(
                "type",
                "divergence",
                "topK",
                Integer.toString(support.length),
                "direction",
                direction,
                "tail",
                tail,
                "teacherMixWeight",
                Double.toString(mix)));
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {teacher}, token)
                .teacherTop(new int[][] {support})
                .studentTop(new int[][] {support})
                .scored(0)));
        return Evaluated.of(objective, new double[][] {logits}, batch, 1);
    }
}
