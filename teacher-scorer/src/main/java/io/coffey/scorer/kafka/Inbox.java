// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.kafka;

import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.stream.RecordCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Records that have been read and not yet answered, in the order they came. */
final class Inbox {

    private final RecordCodec<Trajectory> codec;
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    private long tokens;

    Inbox(RecordCodec<Trajectory> codec) {
        this.codec = codec;
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    /** Tokens of everything in it. */
    long tokens() {
        return tokens;
    }

    void add(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Arrival arrival = Arrival.of(record, codec);
            arrivals.add(arrival);
            tokens += arrival.tokens();
        }
        positions.putAll(records.nextOffsets());
    }

    /** The partitions of what is in it. */
    Set<TopicPartition> partitions() {
        return arrivals.stream().map(Arrival::partition).collect(Collectors.toSet());
    }

    /** Takes the oldest, if there is any. */
    List<Arrival> takeOne() {
        Arrival oldest = arrivals.poll();
        if (oldest == null) {
            return List.of();
        }
        tokens -= oldest.tokens();
        return List.of(oldest);
    }

    /** Takes the oldest, at least one if there is any, up to a number of tokens. */
    List<Arrival> take(int tokenBudget) {
        List<Arrival> taken = new ArrayList<>();
        long sum = 0;
        Arrival next = arrivals.peek();
        while (next != null && (taken.isEmpty() || sum + next.tokens() <= tokenBudget)) {
            arrivals.remove();
            taken.add(next);
            sum += next.tokens();
            next = arrivals.peek();
        }
        tokens -= sum;
        return taken;
    }

    /**
     * The offsets to commit once some taken records are answered: where the partition is read up to its end, past the
     * markers of transactions too, so that no lag is left.
     */
    Map<TopicPartition, OffsetAndMetadata> offsetsAfter(List<Arrival> taken) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Arrival arrival : taken) {
            ConsumerRecord<byte[], byte[]> source = arrival.source();
            offsets.put(arrival.partition(), new OffsetAndMetadata(source.offset() + 1, source.leaderEpoch(), ""));
        }
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>(positions);
        arrivals.forEach(arrival -> ends.remove(arrival.partition()));
        offsets.replaceAll((partition, offset) -> ends.getOrDefault(partition, offset));
        return offsets;
    }

    /** Forgets partitions that another member answers from now on. */
    void forget(Collection<TopicPartition> partitions) {
        arrivals.removeIf(arrival -> partitions.contains(arrival.partition()));
        tokens = arrivals.stream().mapToLong(Arrival::tokens).sum();
        positions.keySet().removeAll(partitions);
    }

    /** Forgets all: it will be read again. */
    void clear() {
        arrivals.clear();
        positions.clear();
        tokens = 0;
    }
}
