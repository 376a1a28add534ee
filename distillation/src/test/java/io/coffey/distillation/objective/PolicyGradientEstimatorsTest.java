// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.batch.Distributions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why the policy gradient is made as it is: what the expected gradients of its rivals are, by exact enumeration. */
class PolicyGradientEstimatorsTest {

    private static final double[] Q = {0.5, 0.3, 0.2};
    private static final double[] P = {0.7, 0.2, 0.1};
    private static final double[] B = {0.6, 0.25, 0.15};

    /** Row n is the position as it looks when token n was sampled. */
    private static final double[][] LOGITS = {Distributions.log(Q), Distributions.log(Q), Distributions.log(Q)};

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-(lp - torch.detach(lq)) * torch.exp(lq - lb); -.214253; .094030; .120223",
                "-(lp - lb) * torch.exp(lq - lb);               -.112556; .045655; .066901",
                "-(lp - torch.detach(lq)) * lq;                 -.203611; .100330; .103281",
                "-(lp - lb) * lq;                               -.104548; .048551; .055997"
            })
    void onStaleSamplesOnlyTheRatioWithTheCurrentAdvantageIsTheReverseKl(String loss, double a, double b, double c) {
        assertThat(expected(loss, B)).containsExactly(new double[] {a, b, c}, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-d;                      0;        0;       0",
                "d * d / 2.0;             -.214253; .094030; .120223",
                "torch.exp(d) - d - 1.0;  -.2;      .1;      .1"
            })
    void backpropagatedEstimatesOfTheDivergenceHaveOtherGradientsThanTheirValuesSay(
            String loss, double a, double b, double c) {
        String estimate = loss.replaceAll("\\bd\\b", "(lp - lq)");

        assertThat(expected(estimate, Q)).containsExactly(new double[] {a, b, c}, within(1e-6));
    }

    /** The expected gradient where the tokens are sampled with these probabilities. */
    private static double[] expected(String loss, double[] sampled) {
        String script = """
                def loss(self, logits: Tensor, probabilities: Tensor) -> Tensor:
                  lq = torch.diagonal(torch.log_softmax(logits, -1))
                  lp = torch.log(probabilities[:3])
                  sampled = probabilities[3:]
                  lb = torch.log(sampled)
                  return torch.sum(sampled * (%s))
                """.formatted(loss);
        double[][] gradient =
                Evaluated.gradient(script, LOGITS, new double[] {P[0], P[1], P[2], sampled[0], sampled[1], sampled[2]});
        double[] expected = new double[Q.length];
        for (double[] row : gradient) {
            for (int v = 0; v < expected.length; v++) {
                expected[v] += row[v];
            }
        }
        return expected;
    }
}
