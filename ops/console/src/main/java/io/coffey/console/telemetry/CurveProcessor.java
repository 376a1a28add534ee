// SPDX-License-Identifier: Apache-2.0
package io.coffey.console.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a topic as a curve of a bounded number of buckets. A bucket spans a power of two of steps; when there would be
 * more buckets than allowed, each pair of neighbours becomes one. All state is in the store, because Kafka Streams
 * fills it with one processor and goes on with another.
 */
final class CurveProcessor implements Processor<byte[], byte[], Void, Void> {

    private final String store;
    private final int mostBuckets;
    private final Measured measured;
    private @Nullable KeyValueStore<Long, Bucket> buckets;
    private @Nullable ProcessorContext<Void, Void> context;

    /** What a record measured. */
    interface Measured {

        /** A bucket of the one step that the record is of. */
        Bucket of(byte @Nullable [] value, long offset, long millis);
    }

    /**
     * A processor.
     *
     * @param store of buckets by the first step that they may hold
     * @param mostBuckets an even number
     */
    CurveProcessor(String store, int mostBuckets, Measured measured) {
        this.store = store;
        this.mostBuckets = mostBuckets;
        this.measured = measured;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        this.buckets = context.getStateStore(store);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long offset = Objects.requireNonNull(context)
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a topic without its place"))
                .offset();
        add(measured.of(record.value(), offset, record.timestamp()), Objects.requireNonNull(buckets));
    }

    private void add(Bucket fresh, KeyValueStore<Long, Bucket> kept) {
        long newest = newest(kept);
        long width = width(Math.max(newest, fresh.lastStep()));
        if (newest >= 0 && width > width(newest)) {
            widen(kept, width);
        }
        put(kept, fresh, width);
    }

    private static void put(KeyValueStore<Long, Bucket> kept, Bucket fresh, long width) {
        long start = fresh.firstStep() / width * width;
        Bucket there = kept.get(start);
        kept.put(start, there == null ? fresh : there.and(fresh));
    }

    /** The newest step that the store has; -1 when it has none. */
    private static long newest(KeyValueStore<Long, Bucket> kept) {
        try (KeyValueIterator<Long, Bucket> newestFirst = kept.reverseAll()) {
            return newestFirst.hasNext() ? newestFirst.next().value.lastStep() : -1;
        }
    }

    /** Steps to a bucket when this is the newest step. */
    private long width(long newest) {
        long width = 1;
        while (newest / width >= mostBuckets) {
            width *= 2;
        }
        return width;
    }

    private static void widen(KeyValueStore<Long, Bucket> kept, long width) {
        List<KeyValue<Long, Bucket>> old = new ArrayList<>();
        try (KeyValueIterator<Long, Bucket> all = kept.all()) {
            all.forEachRemaining(old::add);
        }
        old.forEach(entry -> kept.delete(entry.key));
        old.forEach(entry -> put(kept, entry.value, width));
    }
}
