// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.rollout.UnusableWeightsException;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.Topics;
import io.coffey.stream.WeightsPublication;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FollowedPoliciesTest {

    private static final Topics TOPICS = new Topics("run");
    private static final TopicPartition VERSIONS = new TopicPartition(TOPICS.policyVersions(), 0);
    private static final TopicPartition WEIGHTS = new TopicPartition(TOPICS.policyWeights(), 0);

    private final Codecs codecs = new Codecs(SchemaSource.none());
    private final MockConsumer<byte[], byte[]> announcements = new MockConsumer<>("none");
    private final MockConsumer<byte[], byte[]> chunks = new MockConsumer<>("none");
    private final FollowedPolicies policies = open();

    private FollowedPolicies open() {
        announcements.updateBeginningOffsets(Map.of(VERSIONS, 0L));
        chunks.updateBeginningOffsets(Map.of(WEIGHTS, 0L));
        Queue<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>(List.of(announcements, chunks));
        return new FollowedPolicies(
                consumers::remove, TOPICS, codecs, adapter -> adapter, () -> Optional.of(new byte[] {5, 6}));
    }

    private static PolicyVersion version(long version, byte... weights) {
        return WeightsPublication.announcement(
                "run", version, PolicyVersion.Kind.FULL, weights, 1, version, Map.of(), "t", "c");
    }

    private void announce(long offset, byte[] value) {
        announcements.addRecord(new ConsumerRecord<>(VERSIONS.topic(), 0, offset, new byte[0], value));
        announcements.updateEndOffsets(Map.of(VERSIONS, offset + 1));
    }

    private void announce(long offset, PolicyVersion version) {
        announce(offset, codecs.policyVersions().encode(version));
    }

    private void deliverWhenAsked(long offset, byte... piece) {
        byte[] value = codecs.weightsChunks().encode(new WeightsChunk("run", offset, 0, 1, piece));
        chunks.schedulePollTask(
                () -> chunks.addRecord(new ConsumerRecord<>(WEIGHTS.topic(), 0, offset, new byte[0], value)));
    }

    @Test
    void givesAllThatIsAnnouncedFirstAndNewsAfterwards() {
        announce(0, version(0, (byte) 1));
        announce(1, version(1, (byte) 2));
        assertThat(policies.poll()).extracting(PolicyVersion::version).containsExactly(0L, 1L);
        assertThat(policies.poll()).isEmpty();

        announce(2, version(2, (byte) 3));

        assertThat(policies.poll()).extracting(PolicyVersion::version).containsExactly(2L);
    }

    @Test
    void fetchesTheWeightsThatWereAnnounced() throws Exception {
        deliverWhenAsked(4, (byte) 7, (byte) 8);

        assertThat(policies.of(version(4, (byte) 7, (byte) 8))).containsExactly(7, 8);
    }

    @Test
    void refusesWeightsOfAnotherDigest() {
        deliverWhenAsked(4, (byte) 7, (byte) 9);

        assertThatThrownBy(() -> policies.of(version(4, (byte) 7, (byte) 8)))
                .isInstanceOf(UnusableWeightsException.class)
                .hasMessageContaining("weights of policy version 4 have sha256");
    }

    @Test
    void takesVersion0FromTheStudentOnceItIsGoneFromTheTopic() throws Exception {
        chunks.updateBeginningOffsets(Map.of(WEIGHTS, 9L));
        chunks.updateEndOffsets(Map.of(WEIGHTS, 9L));

        assertThat(policies.of(version(0, (byte) 5, (byte) 6))).containsExactly(5, 6);
        assertThatThrownBy(() -> policies.of(version(0, (byte) 5, (byte) 7)))
                .isInstanceOf(UnusableWeightsException.class);
        assertThatThrownBy(() -> policies.of(version(1, (byte) 5, (byte) 6)))
                .isInstanceOf(UnusableWeightsException.class);
    }

    @Test
    void stopsTheWorkerWhenAnAnnouncementCannotBeRead() {
        announce(0, new byte[] {1, 2});

        assertThatThrownBy(policies::poll)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("an announced policy version cannot be read");
    }
}
