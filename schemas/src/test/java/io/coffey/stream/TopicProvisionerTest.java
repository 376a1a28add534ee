// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicProvisionerTest {

    private static final List<TopicSpec> SPECS = TopicCatalogue.of(new Topics("run"), TopicSettings.of(2, 1));
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Test
    void createsEveryTopicAsSpecified() throws Exception {
        try (LateAdmin admin = new LateAdmin(0)) {
            List<String> differences = TopicProvisioner.apply(admin, SPECS, TIMEOUT);

            assertThat(differences).isEmpty();
            assertThat(admin.listTopics().names().get())
                    .containsExactlyInAnyOrderElementsOf(
                            SPECS.stream().map(TopicSpec::name).toList());
            assertThat(TopicProvisioner.differences(admin, SPECS)).isEmpty();
        }
    }

    @Test
    void waitsUntilEveryPartitionAnswers() {
        try (LateAdmin admin = new LateAdmin(3)) {
            TopicProvisioner.apply(admin, SPECS, TIMEOUT);

            assertThat(admin.asked).isEqualTo(4);
            int partitions = SPECS.stream().mapToInt(TopicSpec::partitions).sum();
            assertThat(admin.partitionsAsked).isEqualTo(partitions);
        }
    }

    @Test
    void givesUpWhenPartitionsStayAway() {
        try (LateAdmin admin = new LateAdmin(Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> TopicProvisioner.apply(admin, SPECS, Duration.ofMillis(120)))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessage("topics cannot be written 120 ms after they were created: no leader yet");
        }
    }

    @Test
    void reportsHowExistingTopicsDifferAndLeavesThemAlone() throws Exception {
        try (LateAdmin admin = new LateAdmin(0)) {
            Map<String, String> config = new HashMap<>(SPECS.get(1).config());
            config.put("cleanup.policy", "delete");
            admin.createTopics(List.of(new NewTopic("run.prompts", 4, (short) 1).configs(config)))
                    .all()
                    .get();

            List<String> differences = TopicProvisioner.apply(admin, SPECS, TIMEOUT);

            assertThat(differences)
                    .containsExactly(
                            "topic run.prompts: partitions is 4, expected 2",
                            "topic run.prompts: cleanup.policy is delete, expected compact");
            assertThat(TopicProvisioner.apply(admin, SPECS, TIMEOUT)).isEqualTo(differences);
        }
    }

    @Test
    void reportsMissingTopics() {
        try (LateAdmin admin = new LateAdmin(0)) {
            assertThat(TopicProvisioner.differences(admin, SPECS))
                    .hasSize(SPECS.size())
                    .contains("topic run.policy-weights is missing");
        }
    }

    @Test
    void saysWhatTheBrokerRefuses() {
        try (LateAdmin admin = new LateAdmin(0) {
            @Override
            public synchronized CreateTopicsResult createTopics(
                    Collection<NewTopic> topics, CreateTopicsOptions options) {
                throw new TopicAuthorizationException("not allowed");
            }
        }) {
            assertThatThrownBy(() -> TopicProvisioner.apply(admin, SPECS, TIMEOUT))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("not allowed");
        }
    }

    /** Kafka's mock, whose partitions have no leader for the first few questions. */
    private static class LateAdmin extends MockAdminClient {

        private static final Node BROKER = new Node(0, "localhost", 9092);

        private final int late;
        private int asked;
        private int partitionsAsked;

        LateAdmin(int late) {
            super(List.of(BROKER), BROKER);
            this.late = late;
        }

        @Override
        public synchronized ListOffsetsResult listOffsets(
                Map<TopicPartition, OffsetSpec> partitions, ListOffsetsOptions options) {
            asked++;
            partitionsAsked = partitions.size();
            Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> futures = new HashMap<>();
            for (TopicPartition partition : partitions.keySet()) {
                KafkaFutureImpl<ListOffsetsResultInfo> future = new KafkaFutureImpl<>();
                if (asked <= late) {
                    future.completeExceptionally(new UnknownTopicOrPartitionException("no leader yet"));
                } else {
                    future.complete(new ListOffsetsResultInfo(0, -1, Optional.empty()));
                }
                futures.put(partition, future);
            }
            return new ListOffsetsResult(futures);
        }
    }
}
