// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.report.RunHistory;
import io.coffey.rollout.kafka.RolloutService;
import io.coffey.scorer.kafka.ScorerService;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import io.coffey.trainer.kafka.TrainerService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Where a run stands, as its topics tell.
 *
 * @param history the ledger and the evaluations, added up
 * @param lag by role: offsets of its input that it has not committed yet, the markers of transactions included
 * @param deadLetters by topic: records that nobody could use; topics without any are left out
 */
public record RunStatus(RunHistory history, Map<String, Long> lag, Map<String, Long> deadLetters) {

    /**
     * Reads the topics of a run.
     *
     * @return empty when the run has no topics on this broker
     */
    public static Optional<RunStatus> read(RunLog log, int samplesPerPrompt) {
        Topics topics = log.topics();
        try (Admin admin = log.clients().admin()) {
            Map<String, TopicDescription> descriptions = descriptions(admin, topics);
            if (!descriptions.containsKey(topics.trainingSteps())) {
                return Optional.empty();
            }
            Map<TopicPartition, Long> ends = offsets(admin, descriptions, OffsetSpec.latest());
            Map<TopicPartition, Long> beginnings = offsets(admin, descriptions, OffsetSpec.earliest());
            Map<String, Long> lag = new LinkedHashMap<>();
            String run = topics.prefix();
            lag.put("rollout", lag(admin, RolloutService.group(run), topics.rolloutRequests(), beginnings, ends));
            lag.put("scorer", lag(admin, ScorerService.group(run), topics.trajectories(), beginnings, ends));
            lag.put("trainer", lag(admin, TrainerService.group(run), topics.scoredTrajectories(), beginnings, ends));
            Map<String, Long> deadLetters = new TreeMap<>();
            ends.forEach((partition, end) -> {
                long count = end - beginnings.getOrDefault(partition, 0L);
                if (partition.topic().endsWith(".dead-letter") && count > 0) {
                    deadLetters.merge(partition.topic(), count, Long::sum);
                }
            });
            return Optional.of(
                    new RunStatus(history(log.clients(), topics, log.codecs(), samplesPerPrompt), lag, deadLetters));
        }
    }

    private static RunHistory history(KafkaClients clients, Topics topics, Codecs codecs, int samplesPerPrompt) {
        RunHistory history = new RunHistory(samplesPerPrompt);
        try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(topics.prefix() + ".status")) {
            TopicReader.readToEnd(
                    consumer,
                    topics.trainingSteps(),
                    record -> history.add(codecs.trainingSteps().decode(record.value())));
            TopicReader.readToEnd(
                    consumer,
                    topics.evaluations(),
                    record -> history.add(codecs.evaluations().decode(record.value())));
        }
        return history;
    }

    private static Map<String, TopicDescription> descriptions(Admin admin, Topics topics) {
        List<String> consumed = List.of(topics.rolloutRequests(), topics.trajectories(), topics.scoredTrajectories());
        List<String> names = new ArrayList<>(consumed);
        names.add(topics.trainingSteps());
        names.add(topics.deadLetter(topics.prompts()));
        consumed.forEach(topic -> names.add(topics.deadLetter(topic)));
        Map<String, TopicDescription> found = new TreeMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, get(description));
            } catch (UnknownTopicOrPartitionException missing) {
                found.remove(name);
            }
        });
        return found;
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Map<String, TopicDescription> descriptions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted = descriptions.values().stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions().size())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .collect(Collectors.toMap(partition -> partition, partition -> which));
        Map<TopicPartition, ListOffsetsResultInfo> found =
                get(admin.listOffsets(wanted).all());
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static long lag(
            Admin admin,
            String group,
            String topic,
            Map<TopicPartition, Long> beginnings,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (end.getKey().topic().equals(topic)) {
                OffsetAndMetadata offset = committed.get(end.getKey());
                lag += end.getValue() - (offset == null ? beginnings.getOrDefault(end.getKey(), 0L) : offset.offset());
            }
        }
        return lag;
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
