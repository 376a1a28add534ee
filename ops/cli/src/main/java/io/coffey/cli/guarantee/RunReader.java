// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.cli.run.RunLog;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the topics that a run's services write, from the beginning and on, only what is committed. A broker that does
 * not answer is waited for. Not thread-safe.
 */
public final class RunReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final RunRecords records;

    /**
     * A reader that has been shown nothing yet.
     *
     * @param log the run's log, whose topics exist
     * @param clientId its name to the broker
     */
    public RunReader(RunLog log, String clientId) {
        Topics topics = log.topics();
        this.consumer = log.clients().assignedConsumer(clientId);
        this.partitions = List.of(
                        topics.rolloutRequests(),
                        topics.trajectories(),
                        topics.scoredTrajectories(),
                        topics.trainingSteps(),
                        topics.policyWeights(),
                        topics.policyVersions())
                .stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long weightsBegin =
                consumer.beginningOffsets(partitions).getOrDefault(new TopicPartition(topics.policyWeights(), 0), 0L);
        this.records = new RunRecords(topics, log.codecs(), weightsBegin);
    }

    /** Reads what is there, waiting at most so long for the first of it. */
    public void poll(Duration wait) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            records.add(record);
        }
    }

    /**
     * Reads on to what is committed now.
     *
     * @throws IllegalStateException if that takes longer than the limit, as it does where an open transaction hides the
     *     rest
     */
    public void catchUp(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), limit) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the committed records could not be read within %d s".formatted(limit.toSeconds()));
            }
            poll(POLL);
        }
    }

    /** What it has been shown. */
    public RunRecords records() {
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
