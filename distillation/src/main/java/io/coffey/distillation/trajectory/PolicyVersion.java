// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The announcement of published weights.
 *
 * @param runId run that trained them
 * @param version optimiser step at which they were published
 * @param kind what the chunks hold
 * @param baseVersion version a delta or adapter applies to; the version itself when FULL
 * @param chunks number of chunks
 * @param firstOffset offset of the first chunk in the weights topic
 * @param byteCount length of all chunks together
 * @param digest sha256 of the whole byte stream, hexadecimal
 * @param tensorDigests sha256 of every tensor's bytes, by name
 * @param tokenizerFingerprint tokenizer the weights belong to
 * @param configFingerprint architecture the weights belong to
 * @param location where the weights lie when they are kept outside Kafka; absent when the chunks are in the topic
 */
public record PolicyVersion(
        String runId,
        long version,
        Kind kind,
        long baseVersion,
        int chunks,
        long firstOffset,
        long byteCount,
        String digest,
        Map<String, String> tensorDigests,
        String tokenizerFingerprint,
        String configFingerprint,
        @Nullable String location) {

    /** What published weights are. */
    public enum Kind {
        /** All tensors. */
        FULL,
        /** The difference to the base version. */
        DELTA,
        /** A low-rank adapter over the base version, which is the student that the run began with: version 0. */
        ADAPTER
    }

    public PolicyVersion {
        Require.that(version >= 0, "policy version must be 0 or more, found %d", version);
        Require.that(location != null || chunks > 0, "policy version %d has neither chunks nor a location", version);
        tensorDigests = Map.copyOf(tensorDigests);
    }
}
