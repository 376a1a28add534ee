// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed lag of a consumer group as a metric: how many readable offsets of a topic it has not committed yet, the
 * markers of transactions included, by partition. A partition without a committed offset lags from its beginning. While
 * no broker answers there is no number. Runs on one thread.
 */
final class GroupLag implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupLag.class);

    private final KafkaClients clients;
    private final String group;
    private final String topic;
    private final MultiGauge gauge;
    private volatile @Nullable Admin admin;
    private boolean failing;

    GroupLag(KafkaClients clients, String group, String topic, MeterRegistry registry) {
        this.clients = clients;
        this.group = group;
        this.topic = topic;
        this.gauge = MultiGauge.builder("kafka.consumergroup.lag")
                .description("Readable offsets that the group has not committed yet")
                .tags("consumergroup", group, "topic", topic)
                .register(registry);
    }

    /** Measures once; whatever goes wrong is told once and tried again the next time. */
    @Override
    public void run() {
        try {
            gauge.register(rows(opened()), true);
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | KafkaException | UserException e) {
            gauge.register(List.of(), true);
            if (!failing) {
                failing = true;
                LOG.atWarn()
                        .addKeyValue("group", group)
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("the lag of a group cannot be measured for now");
            }
        }
    }

    private Admin opened() {
        Admin opened = admin;
        if (opened == null) {
            opened = clients.admin();
            admin = opened;
        }
        return opened;
    }

    private List<MultiGauge.Row<?>> rows(Admin from) throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions = partitions(from);
        Map<TopicPartition, OffsetAndMetadata> committed = from.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, Long> beginnings = offsets(from, partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(from, partitions, OffsetSpec.latest());
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            long done = offset == null ? beginnings.getOrDefault(partition, 0L) : offset.offset();
            rows.add(MultiGauge.Row.of(
                    Tags.of("partition", Integer.toString(partition.partition())),
                    Math.max(0, ends.getOrDefault(partition, 0L) - done)));
        }
        return rows;
    }

    private List<TopicPartition> partitions(Admin from) throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription description :
                from.describeTopics(List.of(topic)).allTopicNames().get().values()) {
            description.partitions().forEach(one -> partitions.add(new TopicPartition(topic, one.partition())));
        }
        return partitions;
    }

    private static Map<TopicPartition, Long> offsets(Admin from, List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        from.listOffsets(
                        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which)),
                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** Lets go of the connection; once nothing runs it any more. */
    void close() {
        Admin opened = admin;
        if (opened != null) {
            opened.close();
        }
    }
}
