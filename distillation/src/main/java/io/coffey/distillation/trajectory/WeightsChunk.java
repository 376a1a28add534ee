// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * A piece of published weights.
 *
 * @param runId run that trained them
 * @param version policy version it belongs to
 * @param index position among the version's chunks, from 0
 * @param count number of the version's chunks
 * @param bytes the piece itself
 */
public record WeightsChunk(String runId, long version, int index, int count, byte[] bytes) {

    public WeightsChunk {
        Require.that(
                index >= 0 && index < count, "weights chunk of version %d has index %d of %d", version, index, count);
    }
}
