// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.run.RunLog;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Some records of each topic of a run, as they lie there.
 *
 * @param requests of the rollout requests
 * @param trajectories of the trajectories
 * @param scored of the scored trajectories
 * @param weights all chunks of one version
 * @param version its announcement
 * @param line a ledger line that trains a batch
 */
record StreamSample(
        List<Item> requests, List<Item> trajectories, List<Item> scored, List<Item> weights, Item version, Item line) {

    private static final int KEPT = 256;

    /** What is written of a record. */
    record Item(byte[] key, byte[] value, Headers headers) {

        static Item of(ConsumerRecord<byte[], byte[]> record) {
            return new Item(record.key(), record.value(), record.headers());
        }
    }

    /** Reads the topics of a run that has ended. */
    static StreamSample of(RunLog log) {
        Topics topics = log.topics();
        List<Item> versions = read(log, topics.policyVersions());
        Item version = versions.get(versions.size() - 1);
        int chunks = log.codecs().policyVersions().decode(version.value()).chunks();
        List<Item> lines = read(log, topics.trainingSteps());
        return new StreamSample(
                read(log, topics.rolloutRequests()),
                read(log, topics.trajectories()),
                read(log, topics.scoredTrajectories()),
                read(log, topics.policyWeights()).subList(0, chunks),
                version,
                lines.get(lines.size() - 1));
    }

    /** Mean size of a value by kind of record, bytes. */
    Map<String, Long> bytes() {
        return Map.of(
                "request", mean(requests),
                "trajectory", mean(trajectories),
                "scored trajectory", mean(scored),
                "weights",
                        weights.stream().mapToLong(item -> item.value().length).sum(),
                "ledger line", (long) line.value().length);
    }

    private static long mean(List<Item> items) {
        return Math.round(
                items.stream().mapToInt(item -> item.value().length).average().orElseThrow());
    }

    /** Of each partition its first, by turns: keys of one partition alone would spare the clients half their work. */
    private static List<Item> read(RunLog log, String topic) {
        Map<Integer, List<Item>> partitions = new TreeMap<>();
        try (var consumer = log.clients().assignedConsumer("sample")) {
            TopicReader.readToEnd(consumer, topic, record -> {
                List<Item> items = partitions.computeIfAbsent(record.partition(), partition -> new ArrayList<>());
                if (items.size() < KEPT) {
                    items.add(Item.of(record));
                }
            });
        }
        int each = partitions.values().stream().mapToInt(List::size).min().orElse(0);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (List<Item> partition : partitions.values()) {
                items.add(partition.get(i));
            }
        }
        return items;
    }
}
