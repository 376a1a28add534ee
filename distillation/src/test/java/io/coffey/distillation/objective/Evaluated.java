// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.torch.Gradients;
import io.coffey.torch.Script;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loss, its gradient and its metrics, all in double precision but for what the batch holds.
 *
 * @param loss the scalar
 * @param gradient with respect to the logits, [R][V]
 * @param sums metrics by name
 */
record Evaluated(double loss, double[][] gradient, Map<String, Double> sums) {

    private static final Script GRADIENT = Script.compile(
            "gradient.py", "def gradient(self, x: Tensor) -> Tensor:\n  return torch.to(x.grad, 7)\n", Map.of());

    /** Evaluates an objective at logits [R][V] as part of an optimiser batch of so many tokens in its sequences. */
    static Evaluated of(Objective objective, double[][] logits, TokenBatch batch, int tokens) {
        return of(objective, logits, batch, new BatchTotals(tokens, batch.sequences()));
    }

    /** Evaluates an objective in its initial state at logits [R][V]. */
    static Evaluated of(Objective objective, double[][] logits, TokenBatch batch, BatchTotals totals) {
        return of(objective, logits, batch, totals, objective.controller().initial());
    }

    /** Evaluates an objective in a state at logits [R][V]. */
    static Evaluated of(
            Objective objective, double[][] logits, TokenBatch batch, BatchTotals totals, Map<String, Double> state) {
        return of(objective, logits, batch, totals, state, TensorScope::doubles);
    }

    /** The same, with logits in single precision as in training. */
    static Evaluated inSinglePrecision(Objective objective, double[][] logits, TokenBatch batch, int tokens) {
        BatchTotals totals = new BatchTotals(tokens, batch.sequences());
        return of(objective, logits, batch, totals, objective.controller().initial(), (scope, values, shape) -> {
            float[] single = new float[values.length];
            for (int i = 0; i < single.length; i++) {
                single[i] = (float) values[i];
            }
            return scope.floats(single, shape);
        });
    }

    /** The sum of a metric; NaN where there is none of this name. */
    double sum(String metric) {
        return sums.getOrDefault(metric, Double.NaN);
    }

    private interface Precision {
        Tensor tensor(TensorScope scope, double[] values, long... shape);
    }

    private static Evaluated of(
            Objective objective,
            double[][] logits,
            TokenBatch batch,
            BatchTotals totals,
            Map<String, Double> state,
            Precision precision) {
        int vocabularySize = logits[0].length;
        ObjectiveLoss loss = objective.compile(vocabularySize);
        try (TensorScope scope = TensorScope.open()) {
            Tensor leaf = scope.leaf(precision.tensor(scope, flat(logits), logits.length, vocabularySize));
            LossResult result = loss.evaluate(scope, leaf, batch, totals, state);
            Gradients.backward(result.loss());
            Map<String, Double> sums = new LinkedHashMap<>();
            List<String> names = loss.metricNames();
            for (int i = 0; i < names.size(); i++) {
                sums.put(names.get(i), result.sums()[i]);
            }
            return new Evaluated(result.loss().item(), gradient(scope, leaf, logits.length, vocabularySize), sums);
        }
    }

    /** Evaluates a loss script of the test's own, {@code loss(self, logits, weights)}, at logits [R][V]. */
    static double[][] gradient(String lossScript, double[][] logits, double[] weights) {
        int vocabularySize = logits[0].length;
        Script script = Script.compile("control.py", lossScript, Map.of());
        try (TensorScope scope = TensorScope.open()) {
            double[] flat =
                    Arrays.stream(logits).flatMapToDouble(Arrays::stream).toArray();
            Tensor leaf = scope.leaf(scope.doubles(flat, logits.length, vocabularySize));
            Gradients.backward(script.callWithGradient(scope, "loss", leaf, scope.doubles(weights, weights.length))
                    .get(0));
            return gradient(scope, leaf, logits.length, vocabularySize);
        }
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[][] gradient(TensorScope scope, Tensor leaf, int rows, int columns) {
        double[] flat = GRADIENT.call(scope, "gradient", leaf).get(0).doubleArray();
        double[][] gradient = new double[rows][];
        for (int row = 0; row < rows; row++) {
            gradient[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
        }
        return gradient;
    }

    /**
     * The gradient of the logits that all rows share, each row weighted: an expectation over what the rows differ in.
     */
    double[] expectedGradient(double... weights) {
        double[] expected = new double[gradient[0].length];
        for (int row = 0; row < weights.length; row++) {
            for (int v = 0; v < expected.length; v++) {
                expected[v] += weights[row] * gradient[row][v];
            }
        }
        return expected;
    }
}
