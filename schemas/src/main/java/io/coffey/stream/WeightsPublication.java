// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.codec.digest.DigestUtils;

/** Weights on their way into the log: cut into chunks, then announced. */
public final class WeightsPublication {

    private WeightsPublication() {}

    /**
     * The weights in pieces, each copied out when it is asked for.
     *
     * @param weights at least one byte; must not change while the list is in use
     * @param chunkBytes size of every piece but the last; stay well below the size limit of a record
     */
    public static List<WeightsChunk> chunks(String runId, long version, byte[] weights, int chunkBytes) {
        if (weights.length == 0 || chunkBytes <= 0) {
            throw new IllegalArgumentException("weights of version %d have %d bytes in chunks of %d, expected 1 or more"
                    .formatted(version, weights.length, chunkBytes));
        }
        int count = (weights.length - 1) / chunkBytes + 1;
        return new AbstractList<>() {
            @Override
            public WeightsChunk get(int index) {
                int from = Objects.checkIndex(index, count) * chunkBytes;
                int length = Math.min(chunkBytes, weights.length - from);
                byte[] piece = Arrays.copyOfRange(weights, from, from + length);
                return new WeightsChunk(runId, version, index, count, piece);
            }

            @Override
            public int size() {
                return count;
            }
        };
    }

    /**
     * The announcement of weights, or of an adapter of the student's initial weights, whose chunks are in the topic.
     *
     * @param chunks number of the chunks
     * @param firstOffset offset of the first of them, as the broker acknowledged it
     * @param tensorDigests sha256 of every tensor's bytes, by name
     */
    public static PolicyVersion announcement(
            String runId,
            long version,
            PolicyVersion.Kind kind,
            byte[] weights,
            int chunks,
            long firstOffset,
            Map<String, String> tensorDigests,
            String tokenizerFingerprint,
            String configFingerprint) {
        return new PolicyVersion(
                runId,
                version,
                kind,
                kind == PolicyVersion.Kind.FULL ? version : 0,
                chunks,
                firstOffset,
                weights.length,
                DigestUtils.sha256Hex(weights),
                tensorDigests,
                tokenizerFingerprint,
                configFingerprint,
                null);
    }
}
