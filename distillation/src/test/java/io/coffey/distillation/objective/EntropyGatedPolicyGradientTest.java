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
import org.junit.jupiter.params.provider.CsvSource;

/** The teacher's entropy is .801819, just above the published gate. */
class EntropyGatedPolicyGradientTest {

    private static final double[] Q = {0.5, 0.3, 0.2};
    private static final double[] P = {0.7, 0.2, 0.1};
    private static final double[] REVERSE = {-0.214253, 0.094030, 0.120223};
    private static final double[] FORWARD = {-0.2, 0.1, 0.1};

    @ParameterizedTest
    @CsvSource({"0.8, 1, 1", "0.81, 1, 0", "0.8, 0.5, 0.5", "0, 0, 0"})
    void addsTheForwardKlWhereTheTeachersEntropyIsAboveTheGate(String gate, String weight, double share) {
        Evaluated evaluated = everyToken(Map.of("entropyGate", gate, "forwardWeight", weight));

        double[] gradient = evaluated.expectedGradient(Q);

        for (int v = 0; v < Q.length; v++) {
            assertThat(gradient[v]).isCloseTo(REVERSE[v] + share * FORWARD[v], within(1e-6));
        }
    }

    @Test
    void tellsHowManyTokensItGated() {
        Evaluated gated = everyToken(Map.of());
        Evaluated open = everyToken(Map.of("entropyGate", "0.81"));

        assertThat(gated.sums()).containsEntry("gatedTokens", 3.0).containsEntry("undecidedTeacher", 3.0);
        assertThat(gated.sums().get("gatedForwardKl")).isCloseTo(3 * 0.085123, within(1e-5));
        assertThat(open.sums()).containsEntry("gatedTokens", 0.0).containsEntry("gatedForwardKl", 0.0);
    }

    @Test
    void needsTheTeachersSixteenLikeliestTokensAndItsEntropy() {
        Needs needs = Objectives.create(Map.of("type", "eopd", "samples", "4")).needs();

        assertThat(needs.teacherTopK()).isEqualTo(16);
        assertThat(needs.teacherEntropy()).isTrue();
        assertThat(needs.studentTopK()).isZero();
        assertThat(needs.alternatives()).isEqualTo(3);
    }

    /** One row for each token that could have been sampled, by the student as it is. */
    private static Evaluated everyToken(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("type", "eopd");
        double[][] teacher = {Distributions.log(P), Distributions.log(P), Distributions.log(P)};
        double[][] logits = {Distributions.log(Q), Distributions.log(Q), Distributions.log(Q)};
        int[] every = {0, 1, 2};
        TokenBatch batch = TokenBatch.of(List.of(Sample.of(teacher, 0, 1, 2)
                .behavior(Distributions.log(Q))
                .teacherTop(every, every, every)
                .entropies()
                .scored(0)));
        return Evaluated.of(Objectives.create(all), logits, batch, 1);
    }
}
