// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.report.MetricsFile;
import io.coffey.cli.report.RunHistory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the ledger and the evaluations of a run from their beginning and keeps up with them: into the history, and the
 * steps into the metrics file. Not thread-safe.
 */
final class LedgerWatch implements Closeable {

    private final Consumer<byte[], byte[]> consumer;
    private final Codecs codecs;
    private final RunHistory history;
    private final MetricsFile metrics;
    private final TopicPartition steps;
    private final TopicPartition evaluations;

    LedgerWatch(RunLog log, RunHistory history, MetricsFile metrics) {
        Topics topics = log.topics();
        this.consumer = log.clients().assignedConsumer(topics.prefix() + ".watch");
        this.codecs = log.codecs();
        this.history = history;
        this.metrics = metrics;
        this.steps = new TopicPartition(topics.trainingSteps(), 0);
        this.evaluations = new TopicPartition(topics.evaluations(), 0);
        consumer.assign(partitions());
        consumer.seekToBeginning(partitions());
    }

    /** Takes in what is new, waiting a little for the first of it. */
    void poll(Duration wait) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            if (record.topic().equals(evaluations.topic())) {
                history.add(codecs.evaluations().decode(record.value()));
                continue;
            }
            TrainingStep line = codecs.trainingSteps().decode(record.value());
            boolean trains = line.step() > 0;
            if (history.add(line) && trains) {
                metrics.write(line, Instant.ofEpochMilli(record.timestamp()));
            }
        }
    }

    /** Takes in everything there is now. */
    void catchUp() throws IOException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(Duration.ofMillis(100));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Collection<TopicPartition> partitions() {
        return List.of(steps, evaluations);
    }
}
