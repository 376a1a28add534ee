// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.PreferencePair;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gathers the tokens of preference pairs into one {@link TokenBatch}. */
final class PairBatchAssembly {

    private final int[][] responses;
    private final double[] reference;

    PairBatchAssembly(List<PreferencePair> pairs) {
        responses = new int[2 * pairs.size()][];
        reference = new double[2 * pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            PreferencePair pair = pairs.get(i);
            responses[2 * i] = pair.chosen();
            responses[2 * i + 1] = pair.rejected();
            reference[2 * i] = scored(pair, pair.referenceChosen());
            reference[2 * i + 1] = scored(pair, pair.referenceRejected());
            if (pair.chosen().length == 0 || pair.rejected().length == 0) {
                throw new UntrainableTrajectoryException(
                        "pair of prompt %s has responses of %d and %d tokens, expected 1 or more in each"
                                .formatted(pair.promptId(), pair.chosen().length, pair.rejected().length));
            }
        }
    }

    TokenBatch assemble() {
        int[] tokens = Arrays.stream(responses).flatMapToInt(Arrays::stream).toArray();
        int[] sequence = new int[tokens.length];
        int[] position = new int[tokens.length];
        int[] length = new int[tokens.length];
        int next = 0;
        for (int s = 0; s < responses.length; s++) {
            for (int t = 0; t < responses[s].length; t++, next++) {
                sequence[next] = s;
                position[next] = t;
                length[next] = responses[s].length;
            }
        }
        float[] even = new float[tokens.length];
        Arrays.fill(even, 1);
        return new TokenBatch(
                tokens.length,
                responses.length,
                IntStream.range(0, tokens.length).toArray(),
                sequence,
                position,
                length,
                length,
                even,
                tokens,
                unknown(tokens.length),
                unknown(tokens.length),
                null,
                null,
                null,
                null,
                null,
                null,
                reference);
    }

    private static float[] unknown(int count) {
        float[] values = new float[count];
        Arrays.fill(values, Float.NaN);
        return values;
    }

    private static double scored(PreferencePair pair, @Nullable Double sum) {
        if (sum == null || !Double.isFinite(sum)) {
            throw new UntrainableTrajectoryException(
                    "pair of prompt %s has a sum of the reference's log-probabilities of %s, expected a finite one"
                            .formatted(pair.promptId(), sum));
        }
        return sum;
    }
}
