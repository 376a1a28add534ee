// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Puts the chunks of one announced version together again, in whatever order and however often they come. Chunks of
 * other versions and other runs are passed over; of a chunk that comes twice the first counts, and the digest decides
 * in the end. Not safe for use by several threads.
 */
public final class WeightsAssembler {

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final PolicyVersion announced;
    private final NavigableMap<Integer, byte[]> pieces = new TreeMap<>();
    private long collectedBytes;

    /**
     * An assembler that has nothing yet.
     *
     * @throws WeightsUnavailableException if the weights are too large for an array or not in the topic
     */
    public WeightsAssembler(PolicyVersion announced) {
        if (announced.location() != null || announced.chunks() <= 0) {
            throw new WeightsUnavailableException(
                    announced.version(), "are not in the topic but at " + announced.location());
        }
        if (announced.byteCount() < announced.chunks() || announced.byteCount() > LARGEST_ARRAY) {
            throw new WeightsUnavailableException(
                    announced.version(),
                    "are announced with %d bytes in %d chunks, expected a byte a chunk at least and %d bytes at most"
                            .formatted(announced.byteCount(), announced.chunks(), LARGEST_ARRAY));
        }
        this.announced = announced;
    }

    /**
     * Takes a chunk.
     *
     * @throws WeightsUnavailableException if the chunks hold more bytes than announced
     */
    public void add(WeightsChunk chunk) {
        boolean belongs = chunk.version() == announced.version()
                && chunk.runId().equals(announced.runId())
                && chunk.count() == announced.chunks();
        if (!belongs || pieces.containsKey(chunk.index())) {
            return;
        }
        collectedBytes += chunk.bytes().length;
        if (collectedBytes > announced.byteCount()) {
            throw new WeightsUnavailableException(
                    announced.version(),
                    "have chunks of more than the %d bytes that were announced".formatted(announced.byteCount()));
        }
        pieces.put(chunk.index(), chunk.bytes());
    }

    /** Whether every chunk has come. */
    public boolean complete() {
        return missing() == 0;
    }

    /** The number of chunks that have not come. */
    public int missing() {
        return announced.chunks() - pieces.size();
    }

    /**
     * The weights, whole and verified.
     *
     * @throws IllegalStateException if chunks are missing
     * @throws WeightsUnavailableException if the bytes do not have the announced length and digest
     */
    public byte[] weights() {
        if (!complete()) {
            throw new IllegalStateException("weights of policy version %d lack %d of %d chunks"
                    .formatted(announced.version(), missing(), announced.chunks()));
        }
        if (collectedBytes != announced.byteCount()) {
            throw new WeightsUnavailableException(
                    announced.version(), "have %d bytes, expected %d".formatted(collectedBytes, announced.byteCount()));
        }
        byte[] weights = new byte[(int) collectedBytes];
        int position = 0;
        for (byte[] piece : pieces.values()) {
            System.arraycopy(piece, 0, weights, position, piece.length);
            position += piece.length;
        }
        String digest = DigestUtils.sha256Hex(weights);
        if (!digest.equals(announced.digest())) {
            throw new WeightsUnavailableException(
                    announced.version(), "have sha256 %s, expected %s".formatted(digest, announced.digest()));
        }
        return weights;
    }
}
