// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PolicyVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Follows the policy versions that a trainer announces and fetches their weights. Belongs to no consumer group: every
 * follower sees every version. Not safe for use by several threads.
 */
public final class PolicyFollower implements AutoCloseable {

    /** Versions that are remembered beside version 0; far more than any staleness bound lets a request name. */
    private static final int REMEMBERED = 1000;

    private static final Duration POLL = Duration.ofMillis(100);

    private final TopicPartition versionsPartition;
    private final TopicPartition weightsPartition;
    private final Codecs codecs;
    private final Duration timeout;
    private final Consumer<byte[], byte[]> announcements;
    private final Consumer<byte[], byte[]> chunks;
    private final UnaryOperator<byte[]> adapters;
    private final NavigableMap<Long, PolicyVersion> versions = new TreeMap<>();

    /**
     * A follower that has seen nothing yet.
     *
     * @param consumers makes the two consumers this follower owns: read_committed, without a group, not committing
     * @param timeout how long {@link #catchUp} and {@link #weights} may take
     * @param adapters makes the canonical bytes of all weights of those of an adapter
     */
    public PolicyFollower(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Topics topics,
            Codecs codecs,
            Duration timeout,
            UnaryOperator<byte[]> adapters) {
        this.adapters = adapters;
        this.versionsPartition = new TopicPartition(topics.policyVersions(), 0);
        this.weightsPartition = new TopicPartition(topics.policyWeights(), 0);
        this.codecs = codecs;
        this.timeout = timeout;
        this.announcements = consumers.get();
        this.chunks = consumers.get();
        announcements.assign(Set.of(versionsPartition));
        announcements.seekToBeginning(Set.of(versionsPartition));
        chunks.assign(Set.of(weightsPartition));
        chunks.pause(Set.of(weightsPartition));
    }

    /**
     * Reads everything announced so far.
     *
     * @throws TimeoutException if that takes too long
     */
    public void catchUp() {
        EndOfTopic.read(announcements, versionsPartition, timeout, this::remember);
    }

    /**
     * The versions announced since the last call, in the order of their announcement.
     *
     * @param wait how long to wait for the first
     * @throws UndecodableRecordException if an announcement cannot be read
     */
    public List<PolicyVersion> poll(Duration wait) {
        return remember(announcements.poll(wait));
    }

    private List<PolicyVersion> remember(ConsumerRecords<byte[], byte[]> records) {
        List<PolicyVersion> announced = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            PolicyVersion version = codecs.policyVersions().decode(record.value());
            announced.add(version);
            versions.put(version.version(), version);
            if (versions.size() > REMEMBERED + 1) {
                versions.remove(versions.higherKey(0L));
            }
        }
        return announced;
    }

    /** The versions seen and remembered, oldest first. */
    public List<PolicyVersion> versions() {
        return List.copyOf(versions.values());
    }

    /** The newest version seen. */
    public Optional<PolicyVersion> newest() {
        return Optional.ofNullable(versions.lastEntry()).map(Map.Entry::getValue);
    }

    /** The announcement of a version, if it has been seen and is not long replaced. */
    public Optional<PolicyVersion> find(long version) {
        return Optional.ofNullable(versions.get(version));
    }

    /**
     * Fetches the weights of a version and verifies them.
     *
     * @return the canonical bytes of all weights, also of a version that was published as an adapter
     * @throws WeightsUnavailableException if they are gone from the topic, do not come in time, differ from what was
     *     announced, or are of a kind that cannot be used
     */
    public byte[] weights(PolicyVersion version) {
        byte[] bytes = published(version);
        return switch (version.kind()) {
            case FULL -> bytes;
            case ADAPTER -> adapters.apply(bytes);
            case DELTA ->
                throw new WeightsUnavailableException(
                        version.version(),
                        "are a difference to version " + version.baseVersion() + ", which nobody reads");
        };
    }

    /**
     * Fetches what was published as a version, and verifies it: canonical bytes of weights or of an adapter, by its
     * kind.
     *
     * @throws WeightsUnavailableException if it is gone from the topic, does not come in time, or differs from what was
     *     announced
     */
    public byte[] published(PolicyVersion version) {
        WeightsAssembler assembler = new WeightsAssembler(version);
        chunks.seek(weightsPartition, version.firstOffset());
        chunks.resume(Set.of(weightsPartition));
        try {
            collect(version, assembler);
        } catch (OffsetOutOfRangeException e) {
            throw lacking(version, e);
        } catch (UndecodableRecordException e) {
            throw new WeightsUnavailableException(version.version(), "have a broken chunk: " + e.getMessage(), e);
        } finally {
            // Nothing is fetched that nobody asked for.
            chunks.pause(Set.of(weightsPartition));
        }
        return assembler.weights();
    }

    private WeightsUnavailableException lacking(PolicyVersion version, OffsetOutOfRangeException cause) {
        long beginning = Objects.requireNonNull(
                chunks.beginningOffsets(Set.of(weightsPartition), timeout).get(weightsPartition));
        String why = version.firstOffset() < beginning
                ? "begin at offset %d but %s now begins at %d: they were deleted by retention; keep more bytes of weights"
                        .formatted(version.firstOffset(), weightsPartition, beginning)
                : "begin at offset %d, which %s lacks".formatted(version.firstOffset(), weightsPartition);
        return new WeightsUnavailableException(version.version(), why, cause);
    }

    /**
     * Waits even at the end of the topic: the announcement can become visible a moment before its chunks, since a
     * transaction is committed on each partition by itself.
     */
    private void collect(PolicyVersion version, WeightsAssembler assembler) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!assembler.complete()) {
            if (System.nanoTime() >= deadline) {
                throw new WeightsUnavailableException(
                        version.version(),
                        "lack %d of %d chunks after %d ms"
                                .formatted(assembler.missing(), version.chunks(), timeout.toMillis()));
            }
            for (ConsumerRecord<byte[], byte[]> record : chunks.poll(POLL)) {
                assembler.add(codecs.weightsChunks().decode(record.value()));
            }
        }
    }

    @Override
    public void close() {
        announcements.close();
        chunks.close();
    }
}
