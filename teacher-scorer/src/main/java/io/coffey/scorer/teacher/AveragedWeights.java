// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The exponential moving average of published weights:
 *
 * <pre>
 *   a(0) = w(0),   a(v) = decay a(u) + (1 - decay) w(v),   u the version published before v
 * </pre>
 *
 * <p>A function of the version and of nothing else, so that every scorer, also one that begins late, has the same
 * average. One that begins late reads all versions from the first on.
 */
public final class AveragedWeights implements PublishedWeights {

    /** Averages kept for trajectories that come after newer ones; far more than staleness usually needs. */
    private static final int KEPT = 4;

    private final PublishedWeights published;
    private final double decay;
    private final NavigableMap<Long, byte[]> averages = new TreeMap<>();

    /**
     * An average.
     *
     * @param published what is averaged; closed with this
     * @param decay share that the average keeps of itself at every version
     */
    public AveragedWeights(PublishedWeights published, double decay) {
        this.published = published;
        this.decay = decay;
    }

    @Override
    public List<Long> versionsUpTo(long version) {
        return published.versionsUpTo(version);
    }

    @Override
    public byte[] of(long version) {
        byte[] known = averages.get(version);
        return known != null ? known : advancedTo(version);
    }

    @Override
    public void close() {
        published.close();
    }

    private byte[] advancedTo(long version) {
        List<Long> versions = published.versionsUpTo(version);
        Map.Entry<Long, byte[]> nearest = averages.lowerEntry(version);
        if (nearest == null && versions.get(0) != 0) {
            throw new UnscorableTrajectoryException(
                    "teacher.weights ema needs every version from 0 on, and the oldest still announced is %d"
                            .formatted(versions.get(0)));
        }
        byte[] average = nearest == null ? published.of(0) : nearest.getValue();
        long last = nearest == null ? 0 : nearest.getKey();
        for (long next : versions) {
            if (next > last) {
                average = average(average, published.of(next));
            }
        }
        averages.put(version, average);
        if (averages.size() > KEPT) {
            averages.pollFirstEntry();
        }
        return average;
    }

    /** In double precision, rounded once: the same on every machine. */
    private byte[] average(byte[] average, byte[] weights) {
        ByteBuffer old = ByteBuffer.wrap(average).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer added = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer sum = ByteBuffer.allocate(average.length).order(ByteOrder.LITTLE_ENDIAN);
        while (old.hasRemaining()) {
            sum.putFloat((float) (decay * old.getFloat() + (1 - decay) * added.getFloat()));
        }
        return sum.array();
    }
}
