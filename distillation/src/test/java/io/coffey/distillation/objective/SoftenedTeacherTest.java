// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.TokenBatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A teacher with a temperature of its own at every token. */
class SoftenedTeacherTest {

    private static final double[][] STUDENT = {Distributions.log(Positions.Q5), Distributions.log(Positions.Q5)};
    private static final double[][] TEACHER = {Distributions.log(Positions.P5), Distributions.log(Positions.P5)};

    @Test
    void pullsTheForwardDivergenceToTheSoftenedDistribution() {
        Objective forward = Positions.objective("divergence", "direction", "forward");
        TokenBatch batch = TokenBatch.of(List.of(Positions.sample(new double[][] {Distributions.log(Positions.P3)})
                .scored(0)));

        Evaluated evaluated = Evaluated.of(
                forward, new double[][] {Distributions.log(Positions.Q3)}, batch.softened(List.of(new float[] {2})), 1);

        // q - p, of p = (.522879, .279491, .197630)
        assertThat(evaluated.gradient()[0]).containsExactly(new double[] {-0.022879, 0.020509, 0.002370}, within(1e-6));
        assertThat(evaluated.loss()).isCloseTo(0.001247, within(1e-6));
    }

    @Test
    void softensTheTailAsOneMoreEntry() {
        // of (.6, .1, .2) and .1 outside: square roots (.774597, .316228, .447214) and .316228 of 1.854266
        Evaluated evaluated = twoTokens("bucket", 2);
        double[] p = {0.417737, 0.170541, 0.241181, 0.170541};
        double[] q = {0.4, 0.3, 0.15, 0.15};
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            expected += p[i] * Math.log(p[i] / q[i]);
        }

        assertThat(evaluated.loss()).isCloseTo(expected, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"divergence", "opsd", "skew", "taid"})
    void changesNoBitWhereTheTemperatureIsOne(String type) {
        Objective objective = Positions.objective(type, "topK", "2");
        TokenBatch batch = batch();

        Evaluated without = Evaluated.inSinglePrecision(objective, STUDENT, batch, 2);
        Evaluated ones =
                Evaluated.inSinglePrecision(objective, STUDENT, batch.softened(List.of(new float[] {1, 1})), 2);
        Evaluated one = Evaluated.inSinglePrecision(objective, STUDENT, batch.softened(List.of(new float[] {1, 3})), 2);

        assertThat(ones.loss()).isEqualTo(without.loss());
        assertThat(ones.gradient()).isDeepEqualTo(without.gradient());
        assertThat(ones.sums()).isEqualTo(without.sums());
        assertThat(one.gradient()[0]).isEqualTo(without.gradient()[0]);
        assertThat(one.gradient()[1]).isNotEqualTo(without.gradient()[1]);
        assertThat(one.sum("reverseKl")).as("what is watched stays raw").isEqualTo(without.sum("reverseKl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward", "reverse", "jsd", "mix"})
    void hasTheGradientOfItsLoss(String direction) {
        for (String tail : new String[] {"bucket", "renormalise"}) {
            Objective objective = Positions.objective("divergence", "direction", direction, "tail", tail, "topK", "2");
            TokenBatch batch = batch().softened(List.of(new float[] {1.5f, 4}));
            double step = 1e-5;
            double[][] gradient = Evaluated.of(objective, STUDENT, batch, 2).gradient();

            for (int t = 0; t < 2; t++) {
                for (int v = 0; v < 5; v++) {
                    double slope = (Evaluated.of(objective, moved(t, v, step), batch, 2)
                                            .loss()
                                    - Evaluated.of(objective, moved(t, v, -step), batch, 2)
                                            .loss())
                            / (2 * step);
                    assertThat(gradient[t][v]).isCloseTo(slope, within(1e-8));
                }
            }
        }
    }

    @Test
    void goesWithADistributionThatAddsUpToOne() {
        assertThat(Positions.objective("divergence").softensTeacher()).isTrue();
        assertThat(Positions.objective("opsd", "tail", "renormalise").softensTeacher())
                .isTrue();
        for (String tail : new String[] {"none", "sampled", "floor"}) {
            assertThat(Positions.objective("divergence", "tail", tail).softensTeacher())
                    .isFalse();
        }
        for (String type : new String[] {"policy-gradient", "eopd", "tsd-kd", "adakd", "bidirectional", "sinkhorn"}) {
            assertThat(Positions.objective(type).softensTeacher()).as(type).isFalse();
        }
        Objective none = Objectives.create(Map.of("type", "divergence", "tail", "none", "topK", "2"));
        TokenBatch softened = batch().softened(List.of(new float[] {2, 2}));
        assertThatThrownBy(() -> Evaluated.of(none, STUDENT, softened, 2))
                .hasMessage("objective divergence/reverse takes no temperature of the teacher at every token, but found"
                        + " some");
    }

    @Test
    void keepsTemperaturesAlignedWithTheTrainedTokens() {
        TokenBatch batch = TokenBatch.of(List.of(
                        Sample.ofLength(1, 3).mask(0, 1, 1).scored(0),
                        Sample.ofLength(1, 1).scored(1)))
                .softened(List.of(new float[] {9, 2, 3}, new float[] {4}));

        assertThat(batch.teacherTemperature()).containsExactly(2, 3, 4);
        assertThat(batch.part(2, 2).teacherTemperature()).containsExactly(3, 4);
        assertThat(batch.weighted(new float[] {5, 6}).teacherTemperature()).containsExactly(2, 3, 4);
        assertThatThrownBy(() -> batch.softened(List.of()))
                .hasMessage("a micro-batch of 2 trajectories found temperatures of 0");
    }

    private static Evaluated twoTokens(String tail, float temperature) {
        Objective objective = Positions.objective("divergence", "direction", "forward", "tail", tail, "topK", "2");
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(new double[][] {TEACHER[0]}, 1)
                .teacherTop(new int[][] {{0, 2}})
                .scored(0)));
        return Evaluated.of(
                objective, new double[][] {STUDENT[0]}, batch.softened(List.of(new float[] {temperature})), 1);
    }

    private static double[][] moved(int t, int v, double step) {
        double[][] moved = {STUDENT[0].clone(), STUDENT[1].clone()};
        moved[t][v] += step;
        return moved;
    }

    private static TokenBatch batch() {
        return TokenBatch.of(List.of(Sample.of(TEACHER, 1, 3)
                .teacherTop(new int[][] {{0, 2}, {0, 2}})
                .studentTop(new int[][] {{0, 1}, {0, 1}})
                .context("hash")
                .entropies()
                .scored(0)));
    }
}
