// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts what finishes out of order back into the order of the log: per partition, a result is released only when every
 * earlier request of its partition is. So the offset committed with a release never passes a request that is still
 * being sampled.
 *
 * <p>Bounded: it holds at most {@code capacity} requests, finished or not. Not thread-safe.
 *
 * @param <R> what a request comes to
 */
public final class ReorderBuffer<R> {

    /**
     * Results to write, and the offsets to commit with them.
     *
     * @param results in offset order within each partition
     * @param nextOffsets by partition, the offset of the first request that has no result yet
     */
    public record Released<R>(List<R> results, Map<Integer, Long> nextOffsets) {}

    private final int capacity;
    private final Map<Integer, Lane<R>> lanes = new TreeMap<>();
    private int size;

    public ReorderBuffer(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("reorder buffer needs a capacity of 1 or more, found " + capacity);
        }
        this.capacity = capacity;
    }

    /** Requests expected and not released. */
    public int size() {
        return size;
    }

    /**
     * Opens the place of a request.
     *
     * @throws IllegalStateException when the buffer is full, or the offset is not beyond those already expected
     */
    public void expect(int partition, long offset) {
        if (size == capacity) {
            throw new IllegalStateException("reorder buffer is full: it holds %d requests".formatted(capacity));
        }
        lanes.computeIfAbsent(partition, p -> new Lane<>()).expect(partition, offset);
        size++;
    }

    /**
     * Notes that the log was read up to this offset, which may lie beyond the last request: markers take offsets too.
     */
    public void readUpTo(int partition, long nextOffset) {
        lanes.computeIfAbsent(partition, p -> new Lane<>()).readUpTo = nextOffset;
    }

    /**
     * Fills the place of a request.
     *
     * @throws IllegalStateException when the request is not expected, or has a result already
     */
    public void finish(int partition, long offset, R result) {
        Lane<R> lane = lanes.get(partition);
        if (lane == null || !lane.places.containsKey(offset) || lane.places.put(offset, result) != null) {
            throw new IllegalStateException(
                    "request at partition %d offset %d is not waiting for a result".formatted(partition, offset));
        }
        if (lane.places.firstKey() == offset) {
            lane.ready = true;
        }
    }

    /** Whether {@link #release} would return results. */
    public boolean releasable() {
        for (Lane<R> lane : lanes.values()) {
            if (lane.ready) {
                return true;
            }
        }
        return false;
    }

    /** Takes out every result that no unfinished request of its partition precedes. */
    public Released<R> release() {
        List<R> results = new ArrayList<>();
        Map<Integer, Long> nextOffsets = new HashMap<>();
        lanes.forEach((partition, lane) -> {
            int before = results.size();
            long next = lane.release(results);
            if (results.size() > before) {
                nextOffsets.put(partition, next);
            }
        });
        size -= results.size();
        return new Released<>(results, nextOffsets);
    }

    /** The partitions with requests in the buffer, and those that were. */
    Set<Integer> partitions() {
        return lanes.keySet();
    }

    /** Drops a partition that belongs to another worker now, with its results. */
    public void forget(int partition) {
        Lane<R> lane = lanes.remove(partition);
        if (lane != null) {
            size -= lane.places.size();
        }
    }

    /** The requests of one partition by offset; null marks one without a result. */
    private static final class Lane<R> {
        private final TreeMap<Long, @Nullable R> places = new TreeMap<>();
        private long readUpTo = -1;
        private boolean ready;

        void expect(int partition, long offset) {
            if (!places.isEmpty() && places.lastKey() >= offset) {
                throw new IllegalStateException("partition %d: request at offset %d came after the one at %d"
                        .formatted(partition, offset, places.lastKey()));
            }
            places.put(offset, null);
        }

        long release(List<R> results) {
            long next = -1;
            while (!places.isEmpty()) {
                Map.Entry<Long, @Nullable R> first = places.firstEntry();
                R result = first.getValue();
                if (result == null) {
                    ready = false;
                    return next;
                }
                results.add(result);
                next = first.getKey() + 1;
                places.pollFirstEntry();
            }
            ready = false;
            return Math.max(next, readUpTo);
        }
    }
}
