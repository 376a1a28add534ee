// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A log in memory that gives offsets as Kafka does: a transaction's marker takes one in each of its partitions. */
final class FakeLog implements LogWriter {

    private final Map<Integer, Long> ends = new HashMap<>();
    private final Map<Integer, List<Long>> readable = new HashMap<>();
    private int transactions;

    /** Offsets of a partition that a reader of what is committed sees. */
    List<Long> readable(int partition) {
        return readable.getOrDefault(partition, List.of());
    }

    int transactions() {
        return transactions;
    }

    /** Somebody else writes. */
    void intrude(int partition) {
        ends.merge(partition, 1L, Long::sum);
    }

    @Override
    public List<Long> write(List<ProducerRecord<byte[], byte[]>> records) {
        return append(records, true);
    }

    @Override
    public List<Long> writeAndCommit(List<ProducerRecord<byte[], byte[]>> records) {
        List<Long> offsets = append(records, true);
        mark(records);
        return offsets;
    }

    @Override
    public List<Long> writeAndAbort(List<ProducerRecord<byte[], byte[]>> records) {
        List<Long> offsets = append(records, false);
        mark(records);
        return offsets;
    }

    @Override
    public long writeAndDelete(ProducerRecord<byte[], byte[]> record) {
        return append(List.of(record), false).get(0);
    }

    private List<Long> append(List<ProducerRecord<byte[], byte[]>> records, boolean visible) {
        List<Long> offsets = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            long offset = ends.merge(record.partition(), 1L, Long::sum) - 1;
            offsets.add(offset);
            if (visible) {
                readable.computeIfAbsent(record.partition(), absent -> new ArrayList<>())
                        .add(offset);
            }
        }
        return offsets;
    }

    private void mark(List<ProducerRecord<byte[], byte[]>> records) {
        transactions++;
        Set<Integer> partitions = new HashSet<>();
        records.forEach(record -> partitions.add(record.partition()));
        partitions.forEach(partition -> ends.merge(partition, 1L, Long::sum));
    }
}
