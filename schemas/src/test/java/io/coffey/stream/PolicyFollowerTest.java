// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyFollowerTest {

    private static final Topics TOPICS = new Topics("run");
    private static final Codecs CODECS = new Codecs(SchemaSource.none());
    private static final TopicPartition VERSIONS = new TopicPartition("run.policy-versions", 0);
    private static final TopicPartition WEIGHTS = new TopicPartition("run.policy-weights", 0);
    private static final byte[] FIRST = {1, 2, 3, 4, 5};
    private static final byte[] SECOND = {6, 7, 8, 9, 10};

    private final MockConsumer<byte[], byte[]> announcements = new MockConsumer<>("none");
    private final MockConsumer<byte[], byte[]> chunks = new MockConsumer<>("none");
    private final List<byte[]> weightsLog = new ArrayList<>();
    private PolicyFollower follower;

    @BeforeEach
    void follow() {
        announcements.updateBeginningOffsets(Map.of(VERSIONS, 0L));
        announcements.updateEndOffsets(Map.of(VERSIONS, 0L));
        chunks.updateBeginningOffsets(Map.of(WEIGHTS, 0L));
        Queue<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>(List.of(announcements, chunks));
        follower = new PolicyFollower(
                consumers::remove, TOPICS, CODECS, Duration.ofMillis(50), PolicyFollowerTest::doubled);
    }

    @Test
    void tellsWhatWasAnnouncedAndKnowsTheNewest() {
        assertThat(follower.newest()).isEmpty();
        announce(version(1, FIRST, 0), 0);
        announce(version(2, SECOND, 3), 1);

        List<PolicyVersion> announced = follower.poll(Duration.ZERO);

        assertThat(announced).extracting(PolicyVersion::version).containsExactly(1L, 2L);
        assertThat(follower.newest())
                .hasValueSatisfying(version -> assertThat(version.version()).isEqualTo(2));
        assertThat(follower.find(1))
                .hasValueSatisfying(version -> assertThat(version.firstOffset()).isZero());
        assertThat(follower.find(3)).isEmpty();
        assertThat(follower.poll(Duration.ZERO)).isEmpty();
    }

    @Test
    void catchesUpWithEverythingAnnouncedBeforeItCame() {
        announce(version(1, FIRST, 0), 0);
        announce(version(2, SECOND, 3), 1);
        announcements.updateEndOffsets(Map.of(VERSIONS, 2L));

        follower.catchUp();

        assertThat(follower.newest())
                .hasValueSatisfying(version -> assertThat(version.version()).isEqualTo(2));
    }

    @Test
    void saysSoWhenItCannotCatchUp() {
        announcements.updateEndOffsets(Map.of(VERSIONS, 2L));

        assertThatThrownBy(follower::catchUp)
                .isInstanceOf(TimeoutException.class)
                .hasMessage("run.policy-versions-0 was not read to offset 2 within 50 ms");
    }

    @Test
    void stopsAtAnAnnouncementItCannotRead() {
        announcements.addRecord(new ConsumerRecord<>("run.policy-versions", 0, 0, null, new byte[] {1}));

        assertThatThrownBy(() -> follower.poll(Duration.ZERO))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("cannot decode PolicyVersionRecord: it has 1 bytes, expected a header of 10 at least");
    }

    @Test
    void fetchesWeightsFromWhereTheyBegin() {
        publish(1, FIRST);
        publish(2, SECOND);
        PolicyVersion second = version(2, SECOND, 3);

        deliver();
        assertThat(follower.weights(second)).isEqualTo(SECOND);
        deliver();
        assertThat(follower.weights(version(1, FIRST, 0))).isEqualTo(FIRST);
    }

    @Test
    void refusesAFlippedByteAndStillServesTheVersionBefore() {
        publish(1, FIRST);
        publish(2, new byte[] {6, 7, 8, 9, 11});

        deliver();
        assertThatThrownBy(() -> follower.weights(version(2, SECOND, 3)))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessageStartingWith("weights of policy version 2 have sha256 ");
        deliver();
        assertThat(follower.weights(version(1, FIRST, 0))).isEqualTo(FIRST);
    }

    @Test
    void saysHowManyChunksAreMissing() {
        publish(1, FIRST);
        weightsLog.remove(2);

        deliver();

        assertThatThrownBy(() -> follower.weights(version(1, FIRST, 0)))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage("weights of policy version 1 lack 1 of 3 chunks after 50 ms");
    }

    @Test
    void waitsForChunksThatBecomeVisibleLate() {
        publish(1, FIRST);
        chunks.schedulePollTask(() -> {});
        deliver();

        assertThat(follower.weights(version(1, FIRST, 0))).isEqualTo(FIRST);
    }

    @Test
    void saysThatRetentionDeletedWhatItWants() {
        publish(1, FIRST);
        chunks.updateBeginningOffsets(Map.of(WEIGHTS, 2L));
        chunks.setPollException(new OffsetOutOfRangeException(Map.of(WEIGHTS, 0L)));

        assertThatThrownBy(() -> follower.weights(version(1, FIRST, 0)))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage(
                        "weights of policy version 1 begin at offset 0 but run.policy-weights-0 now begins at 2: they were deleted by retention; keep more bytes of weights");
    }

    @Test
    void namesABrokenChunk() {
        weightsLog.add(new byte[] {9});

        deliver();

        assertThatThrownBy(() -> follower.weights(version(1, FIRST, 0)))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessageStartingWith("weights of policy version 1 have a broken chunk: cannot decode WeightsChunk");
    }

    @Test
    void givesTheWholeWeightsOfAnAdapterAndTheAdapterAsItWasPublished() {
        publish(1, FIRST);
        PolicyVersion adapter = version(1, Kind.ADAPTER, FIRST, 0);

        deliver();
        assertThat(follower.weights(adapter)).isEqualTo(doubled(FIRST));
        deliver();
        assertThat(follower.published(adapter)).isEqualTo(FIRST);
        assertThat(adapter.baseVersion()).isZero();
    }

    @Test
    void refusesADifference() {
        publish(1, FIRST);
        deliver();

        assertThatThrownBy(() -> follower.weights(version(1, Kind.DELTA, FIRST, 0)))
                .isInstanceOf(WeightsUnavailableException.class)
                .hasMessage("weights of policy version 1 are a difference to version 0, which nobody reads");
    }

    @Test
    void closesBothConsumers() {
        follower.close();

        assertThat(announcements.closed()).isTrue();
        assertThat(chunks.closed()).isTrue();
    }

    /** Stands for an adapter that is applied to something. */
    private static byte[] doubled(byte[] adapter) {
        byte[] twice = Arrays.copyOf(adapter, 2 * adapter.length);
        System.arraycopy(adapter, 0, twice, adapter.length, adapter.length);
        return twice;
    }

    private static PolicyVersion version(long version, byte[] weights, long firstOffset) {
        return version(version, Kind.FULL, weights, firstOffset);
    }

    private static PolicyVersion version(long version, Kind kind, byte[] weights, long firstOffset) {
        return WeightsPublication.announcement("run", version, kind, weights, 3, firstOffset, Map.of(), "tok", "cfg");
    }

    private void announce(PolicyVersion version, long offset) {
        byte[] value = CODECS.policyVersions().encode(version);
        announcements.addRecord(new ConsumerRecord<>("run.policy-versions", 0, offset, null, value));
    }

    private void publish(long version, byte[] weights) {
        for (WeightsChunk chunk : WeightsPublication.chunks("run", version, weights, 2)) {
            weightsLog.add(CODECS.weightsChunks().encode(chunk));
        }
    }

    /** Lets the next poll find the log; a mock takes records only while its partition is assigned. */
    private void deliver() {
        chunks.schedulePollTask(() -> {
            for (int offset = 0; offset < weightsLog.size(); offset++) {
                chunks.addRecord(new ConsumerRecord<>("run.policy-weights", 0, offset, null, weightsLog.get(offset)));
            }
        });
    }
}
