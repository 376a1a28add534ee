// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Has the versions that a test publishes. */
final class FakePublishedWeights implements PublishedWeights {

    private final TreeMap<Long, byte[]> versions = new TreeMap<>();
    final List<Long> fetched = new ArrayList<>();
    boolean closed;

    void publish(long version, byte[] weights) {
        versions.put(version, weights);
    }

    @Override
    public List<Long> versionsUpTo(long version) {
        return List.copyOf(versions.headMap(version, true).keySet());
    }

    @Override
    public byte[] of(long version) {
        byte[] weights = versions.get(version);
        if (weights == null) {
            throw new UnscorableTrajectoryException("version %d is not announced".formatted(version));
        }
        fetched.add(version);
        return weights;
    }

    @Override
    public void close() {
        closed = true;
    }
}
