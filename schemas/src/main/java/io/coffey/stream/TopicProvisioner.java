// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates a run's topics. A topic that exists is left as it is: what differs from its specification is reported, for a
 * person to decide.
 */
public final class TopicProvisioner {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private TopicProvisioner() {}

    /**
     * Creates what is missing and waits until every partition can be written. Without the wait an idempotent producer
     * that starts at once can lose records. Where nothing is missing, nobody needs the right to create.
     *
     * @param timeout how long to wait for all of it
     * @return how topics that existed before differ from their specification, one line each
     * @throws TimeoutException if a partition has no leader in time
     * @throws KafkaException if the broker refuses
     */
    public static List<String> apply(Admin admin, List<TopicSpec> specs, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<TopicSpec> existing = create(admin, specs);
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (TopicSpec spec : specs) {
            int count = existing.contains(spec) ? partitionCount(admin, spec) : spec.partitions();
            for (int partition = 0; partition < count; partition++) {
                partitions.put(new TopicPartition(spec.name(), partition), OffsetSpec.latest());
            }
        }
        awaitWritable(admin, partitions, timeout, deadline);
        return differences(admin, existing);
    }

    /** How the topics differ from their specifications, one line each; a missing topic is a difference. */
    public static List<String> differences(Admin admin, List<TopicSpec> specs) {
        return compare(admin, specs).stream().map(TopicDifference::text).toList();
    }

    /** As {@link #differences}, for who wants to tell one difference from another. */
    public static List<TopicDifference> compare(Admin admin, List<TopicSpec> specs) {
        List<TopicDifference> differences = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(names(specs)).topicNameValues();
        List<TopicSpec> present = new ArrayList<>();
        for (TopicSpec spec : specs) {
            try {
                compareShape(
                        spec,
                        Objects.requireNonNull(descriptions.get(spec.name())).get(),
                        differences);
                present.add(spec);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw refused("describe topic " + spec.name(), e);
                }
                differences.add(TopicDifference.missing(spec.name()));
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        compareConfigs(admin, present, differences);
        return differences;
    }

    private static List<TopicSpec> create(Admin admin, List<TopicSpec> specs) {
        Set<String> there = result("list topics", admin.listTopics().names());
        List<TopicSpec> existing = new ArrayList<>();
        List<TopicSpec> missing = new ArrayList<>();
        specs.forEach(spec -> (there.contains(spec.name()) ? existing : missing).add(spec));
        List<NewTopic> topics = missing.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), spec.replication()).configs(spec.config()))
                .toList();
        Map<String, KafkaFuture<Void>> results = admin.createTopics(topics).values();
        for (TopicSpec spec : missing) {
            try {
                Objects.requireNonNull(results.get(spec.name())).get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw refused("create topic " + spec.name(), e);
                }
                existing.add(spec);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        return existing;
    }

    private static int partitionCount(Admin admin, TopicSpec spec) {
        Map<String, TopicDescription> found = result(
                "describe topic " + spec.name(),
                admin.describeTopics(names(List.of(spec))).allTopicNames());
        return Objects.requireNonNull(found.get(spec.name())).partitions().size();
    }

    private static void awaitWritable(
            Admin admin, Map<TopicPartition, OffsetSpec> partitions, Duration timeout, long deadline) {
        while (true) {
            try {
                admin.listOffsets(partitions).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException)) {
                    throw refused("list offsets of new topics", e);
                }
                if (System.nanoTime() >= deadline) {
                    throw new TimeoutException("topics cannot be written %d ms after they were created: %s"
                            .formatted(timeout.toMillis(), e.getCause().getMessage()));
                }
                pause();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private static void compareShape(TopicSpec spec, TopicDescription found, List<TopicDifference> differences) {
        compare(spec.name(), "partitions", spec.partitions(), found.partitions().size(), differences);
        compare(
                spec.name(),
                "replicas",
                (int) spec.replication(),
                found.partitions().get(0).replicas().size(),
                differences);
    }

    private static void compareConfigs(Admin admin, List<TopicSpec> specs, List<TopicDifference> differences) {
        Collection<ConfigResource> resources =
                specs.stream().map(TopicProvisioner::resource).toList();
        Map<ConfigResource, Config> configs = result(
                "describe configs of topics", admin.describeConfigs(resources).all());
        for (TopicSpec spec : specs) {
            Config config = Objects.requireNonNull(configs.get(resource(spec)));
            new TreeMap<>(spec.config()).forEach((key, expected) -> {
                ConfigEntry found = config.get(key);
                compare(spec.name(), key, expected, found == null ? "absent" : found.value(), differences);
            });
        }
    }

    private static <V> void compare(String topic, String what, V expected, V found, List<TopicDifference> differences) {
        if (!expected.equals(found)) {
            differences.add(new TopicDifference(topic, what, String.valueOf(expected), String.valueOf(found)));
        }
    }

    private static ConfigResource resource(TopicSpec spec) {
        return new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
    }

    private static List<String> names(List<TopicSpec> specs) {
        return specs.stream().map(TopicSpec::name).toList();
    }

    private static <V> V result(String action, KafkaFuture<V> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw refused(action, e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static KafkaException refused(String action, ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        return new KafkaException("cannot " + action + ": " + cause.getMessage(), cause);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
