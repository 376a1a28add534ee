// SPDX-License-Identifier: Apache-2.0
package io.coffey.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.torch.TensorScope;
import io.coffey.weights.Golden;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The distribution sampled, for rows of {uniform, temperature, top-k, top-p, min-p, repetition penalty}. */
final class SamplerTest {

    private static final double[] PLAIN = {0, 1, 0, 1, 0, 1};
    private static final double LOG_2 = Math.log(2);

    @Test
    void isThatOfHuggingFacesWarpers() throws IOException {
        Golden golden = Golden.read("golden/hf_sampling_warpers.json");
        double[][] logits = golden.child("inputs").rows("logits");
        List<Golden> cases = golden.cases();

        for (Golden one : cases) {
            double[] how = {0, one.number("temperature"), one.number("top_k"), one.number("top_p"), 0, 1};
            double[][] everyRow = new double[logits.length][];
            Arrays.fill(everyRow, how);

            double[][] found = probabilities(logits, everyRow);

            double[][] expected = one.rows("probs");
            for (int row = 0; row < logits.length; row++) {
                assertThat(found[row]).as(Arrays.toString(how)).containsExactly(expected[row], within(1e-6));
            }
        }
        assertThat(cases).hasSize(27);
    }

    @Test
    void keepsTokensAboveAShareOfTheLikeliest() {
        double[] logits = {0, LOG_2, 2 * LOG_2, 3 * LOG_2}; // weights 1, 2, 4, 8

        double[] quarter = probabilities(logits, 0, 1, 0, 1, 0.25, 1);
        double[] justAbove = probabilities(logits, 0, 1, 0, 1, 0.26, 1);
        double[] all = probabilities(logits, 0, 1, 0, 1, 1, 1);
        double[] warm =
                probabilities(logits, 0, 0.5, 0, 1, 0.1, 1); // weights 1, 4, 16, 64: the share counts after temperature

        assertThat(quarter).containsExactly(new double[] {0, 2 / 14.0, 4 / 14.0, 8 / 14.0}, within(1e-12));
        assertThat(justAbove).containsExactly(new double[] {0, 0, 4 / 12.0, 8 / 12.0}, within(1e-12));
        assertThat(all).containsExactly(new double[] {0, 0, 0, 1}, within(1e-12));
        assertThat(warm).containsExactly(new double[] {0, 0, 16 / 80.0, 64 / 80.0}, within(1e-12));
    }

    @Test
    void dividesPositiveLogitsOfSeenTokensAndMultipliesNegativeOnes() {
        double[] logits = {2, -1, 0.5, -3};

        double[] found =
                processed(new double[][] {logits}, new double[][] {{0, 1, 0, 1, 0, 2}}, new long[] {0, 0, 0, 1})[0];

        double[] penalized = {1, -2, 0.5, -3}; // tokens 0 and 1 were seen
        double total = Arrays.stream(penalized).map(Math::exp).sum();
        assertThat(found)
                .containsExactly(
                        Arrays.stream(penalized).map(x -> x - Math.log(total)).toArray(), within(1e-12));
    }

    @Test
    void penalizesBeforeItDividesByTheTemperatureAndBeforeItIsGreedy() {
        double[][] logits = {{2, 1.5, -4}, {2, 1.5, -4}};
        long[] bothSawTheFirst = {0, 1, 0, 0};

        double[][] found =
                processed(logits, new double[][] {{0, 0.5, 0, 1, 0, 2}, {0, 0, 0, 1, 0, 2}}, bothSawTheFirst);

        double total = Math.exp(2) + Math.exp(3) + Math.exp(-8); // 1, 1.5 and -4, each divided by 0.5
        assertThat(Math.exp(found[0][0])).isCloseTo(Math.exp(2) / total, within(1e-12));
        assertThat(found[1]).containsExactly(Double.NEGATIVE_INFINITY, 0, Double.NEGATIVE_INFINITY);
    }

    @Test
    void leavesARowThatAsksForNothingAsItIs() {
        double[] logits = {0.3, -2, 1.7, 0.1};

        double[][] both =
                processed(new double[][] {logits, logits}, new double[][] {PLAIN, {0, 0.5, 2, 0.9, 0.1, 1.5}}, 1, 2);

        double total = Arrays.stream(logits).map(Math::exp).sum();
        for (int v = 0; v < 4; v++) {
            assertThat(both[0][v]).isCloseTo(logits[v] - Math.log(total), within(1e-15));
        }
        assertThat(both[1][1]).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void givesARowTheSameBitsWhateverItsPlaceAndHowManyThereAre() {
        Random random = new Random(5);
        int vocabulary = 1003; // no multiple of a vector's width
        double[] row = normal(random, vocabulary);
        for (double[] how : new double[][] {
            PLAIN, {0, 0.7, 0, 1, 0, 1}, {0, 0.7, 40, 0.9, 0.05, 1}, {0, 1, 0, 0.9, 0, 1}, {0, 1.3, 0, 1, 0.1, 1}
        }) {
            double[] alone = processed(new double[][] {row}, new double[][] {how})[0];
            for (int count : new int[] {2, 3, 8, 33}) {
                double[][] rows = new double[count][];
                double[][] hows = new double[count][];
                for (int i = 0; i < count; i++) {
                    rows[i] = normal(random, vocabulary);
                    hows[i] = new double[] {0, 0.1 + random.nextDouble(), random.nextInt(50), 0.95, 0.02, 1};
                }
                int place = random.nextInt(count);
                rows[place] = row;
                hows[place] = how;

                assertThat(processed(rows, hows)[place]).isEqualTo(alone);
            }
        }
    }

    private static double[] normal(Random random, int count) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> (float) (3 * random.nextGaussian()));
        return values;
    }

    private static double[] probabilities(double[] logits, double... how) {
        return probabilities(new double[][] {logits}, new double[][] {how})[0];
    }

    private static double[][] probabilities(double[][] logits, double[][] how) {
        return Arrays.stream(processed(logits, how))
                .map(row -> Arrays.stream(row).map(Math::exp).toArray())
                .toArray(double[][]::new);
    }

    /** Log-probabilities of rows of logits; {@code seen} has all places first, then all tokens. */
    private static double[][] processed(double[][] logits, double[][] how, long... seen) {
        int rows = logits.length;
        int vocabulary = logits[0].length;
        double[] numbers = new double[6 * rows];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = how[i % rows][i / rows];
        }
        try (TensorScope scope = TensorScope.open()) {
            double[] found = Sampler.processed(
                            scope,
                            scope.doubles(
                                    Arrays.stream(logits)
                                            .flatMapToDouble(Arrays::stream)
                                            .toArray(),
                                    rows,
                                    vocabulary),
                            scope.doubles(numbers, 6, rows),
                            scope.longs(seen, 2, seen.length / 2))
                    .doubleArray();
            double[][] split = new double[rows][];
            Arrays.setAll(split, row -> Arrays.copyOfRange(found, row * vocabulary, (row + 1) * vocabulary));
            return split;
        }
    }
}
