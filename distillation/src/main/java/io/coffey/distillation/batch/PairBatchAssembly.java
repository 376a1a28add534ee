// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Gathers the tokens of preference pairs into one {@link TokenBatch}. */
final class PairBatchAssembly {

    private final int[][] responses;
    private final double[] reference;

    PairBatchAssembly(List<ScoredTrajectory> pairs) {
        responses = new int[2 * pairs.size()][];
        reference = new double[2 * pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            PreferencePair pair = pairs.get(i).pair();
            if (pair == null) {
                throw new UntrainableTrajectoryException("trajectory %s has no response beside its own"
                        .formatted(pairs.get(i).trajectory().id()));
            }
            responses[2 * i] = pair.chosen();
            responses[2 * i + 1] = pairs.get(i).trajectory().tokens();
            reference[2 * i] = pair.referenceChosen();
            reference[2 * i + 1] = pair.referenceRejected();
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
                reference,
                null);
    }

    private static float[] unknown(int count) {
        float[] values = new float[count];
        Arrays.fill(values, Float.NaN);
        return values;
    }
}
