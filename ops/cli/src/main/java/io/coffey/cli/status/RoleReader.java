// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.status;

import io.coffey.cli.audit.FoundRecord;
import io.coffey.cli.audit.TopicRecords;
import io.coffey.cli.dlq.DeadLetter;
import io.coffey.cli.dlq.DeadLetterLog;
import io.coffey.cli.run.AdminAnswer;
import io.coffey.cli.run.RunLog;
import io.coffey.console.RoleStates;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads how far the roles of a run are, as often as asked. Not thread-safe. */
public final class RoleReader implements AutoCloseable {

    private final KafkaClients clients;
    private final Topics topics;
    private final Codecs codecs;
    private final Admin admin;
    private final TopicRecords trajectories;
    private final TopicRecords scored;

    /** A reader of the run's topics. */
    public RoleReader(RunLog log) {
        this.clients = log.clients();
        this.topics = log.topics();
        this.codecs = log.codecs();
        String clientId = topics.prefix() + ".status";
        this.admin = log.clients().admin();
        this.trajectories = new TopicRecords(log.clients().assignedConsumer(clientId), topics.trajectories());
        this.scored = new TopicRecords(log.clients().assignedConsumer(clientId), topics.scoredTrajectories());
    }

    /**
     * How far they are now.
     *
     * @return empty when the run has no topics on this broker
     */
    public Optional<RoleStates> read() {
        Map<String, TopicDescription> descriptions = descriptions();
        if (!descriptions.containsKey(topics.trainingSteps())) {
            return Optional.empty();
        }
        Map<TopicPartition, Long> ends = offsets(descriptions, OffsetSpec.latest());
        Map<TopicPartition, Long> beginnings = offsets(descriptions, OffsetSpec.earliest());
        Map<String, Long> lag = new LinkedHashMap<>();
        Map<String, Long> taken = new LinkedHashMap<>();
        inputs().forEach((role, topic) -> {
            Map<TopicPartition, Long> committed = committed(role, topic, beginnings);
            long done = committed.values().stream().mapToLong(Long::longValue).sum();
            long all = committed.keySet().stream()
                    .mapToLong(partition -> ends.getOrDefault(partition, 0L))
                    .sum();
            lag.put(role, all - done);
            taken.put(role, done);
        });
        return Optional.of(new RoleStates(lag, taken, versions(), deadLetters(ends, beginnings)));
    }

    /** Those that nobody dealt with; topics that never had a record are not read. */
    private Map<String, Long> deadLetters(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> beginnings) {
        boolean any = ends.entrySet().stream()
                .anyMatch(end -> end.getKey().topic().endsWith(".dead-letter")
                        && end.getValue() > beginnings.getOrDefault(end.getKey(), 0L));
        Map<String, Long> counts = new TreeMap<>();
        if (any) {
            for (DeadLetter letter : new DeadLetterLog(clients, topics).letters()) {
                if (letter.resolution().isEmpty()) {
                    String source =
                            "%s.%s".formatted(topics.prefix(), letter.address().source());
                    counts.merge(topics.deadLetter(source), 1L, Long::sum);
                }
            }
        }
        return counts;
    }

    /** What each role consumes. */
    private Map<String, String> inputs() {
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put(RoleStates.ROLLOUT, topics.rolloutRequests());
        inputs.put(RoleStates.SCORER, topics.trajectories());
        inputs.put(RoleStates.TRAINER, topics.scoredTrajectories());
        return inputs;
    }

    private Map<String, Long> versions() {
        Map<String, Long> versions = new LinkedHashMap<>();
        newest(trajectories, value -> codecs.trajectories().decode(value))
                .ifPresent(version -> versions.put(RoleStates.ROLLOUT, version));
        newest(scored, value -> codecs.scoredTrajectories().decode(value).trajectory())
                .ifPresent(version -> versions.put(RoleStates.SCORER, version));
        return versions;
    }

    /** The newest version among the tokens of the last record; empty where there is none, or it has no tokens. */
    private static OptionalLong newest(TopicRecords records, Function<byte[], Trajectory> decoder) {
        for (FoundRecord record : records.last(1)) {
            byte[] value = record.value();
            if (value != null) {
                return decoder.apply(value).versions().stream()
                        .mapToLong(VersionRun::version)
                        .max();
            }
        }
        return OptionalLong.empty();
    }

    private Map<String, TopicDescription> descriptions() {
        List<String> consumed = List.of(topics.rolloutRequests(), topics.trajectories(), topics.scoredTrajectories());
        List<String> names = new ArrayList<>(consumed);
        names.add(topics.trainingSteps());
        names.add(topics.deadLetter(topics.prompts()));
        consumed.forEach(topic -> names.add(topics.deadLetter(topic)));
        Map<String, TopicDescription> found = new TreeMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, AdminAnswer.of(description));
            } catch (UnknownTopicOrPartitionException missing) {
                found.remove(name);
            }
        });
        return found;
    }

    private Map<TopicPartition, Long> offsets(Map<String, TopicDescription> descriptions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted = descriptions.values().stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions().size())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .collect(Collectors.toMap(partition -> partition, partition -> which));
        Map<TopicPartition, ListOffsetsResultInfo> found =
                AdminAnswer.of(admin.listOffsets(wanted).all());
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    /** By partition of a role's input: the offset it goes on at, the partition's beginning where it committed none. */
    private Map<TopicPartition, Long> committed(String role, String topic, Map<TopicPartition, Long> beginnings) {
        Map<TopicPartition, OffsetAndMetadata> committed = AdminAnswer.of(
                admin.listConsumerGroupOffsets(topics.prefix() + "." + role).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        beginnings.forEach((partition, beginning) -> {
            if (partition.topic().equals(topic)) {
                OffsetAndMetadata offset = committed.get(partition);
                offsets.put(partition, offset == null ? beginning : offset.offset());
            }
        });
        return offsets;
    }

    @Override
    public void close() {
        trajectories.close();
        scored.close();
        admin.close();
    }
}
