// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.stream.Codecs;
import io.coffey.stream.RecordChecksum;
import io.coffey.stream.RecordCodec;
import io.coffey.stream.Topics;
import io.coffey.stream.UndecodableRecordException;
import io.coffey.trainer.Coordinate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a reader has been shown of a run: as much as the guarantees need. Not thread-safe. */
public final class RunRecords {

    private final Topics topics;
    private final Codecs codecs;
    private final List<TrainingStep> ledger = new ArrayList<>();
    private final Map<Coordinate, Scored> scored = new HashMap<>();
    private final List<Long> requests = new ArrayList<>();
    private final PublishedWeights weights;
    private final Map<Place, Integer> checksums = new HashMap<>();

    /**
     * Where a record stands.
     *
     * @param topic its topic
     * @param partition its partition
     * @param offset its offset
     */
    public record Place(String topic, int partition, long offset) {

        @Override
        public String toString() {
            return "the record of %s at partition %d, offset %d".formatted(topic, partition, offset);
        }
    }

    /**
     * A scored trajectory.
     *
     * @param trajectory its id
     * @param origin who wrote it
     * @param versions which weights sampled its tokens
     */
    public record Scored(String trajectory, Origin origin, List<VersionRun> versions) {}

    /** @param weightsBegin first offset of the weights topic now */
    RunRecords(Topics topics, Codecs codecs, long weightsBegin) {
        this.weights = new PublishedWeights(weightsBegin);
        this.topics = topics;
        this.codecs = codecs;
    }

    /**
     * Takes the next record of a partition. Weights are deleted and compacted in time, so their places are not noted.
     */
    void add(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.policyVersions())) {
            weights.add(codecs.policyVersions().decode(record.value()));
            return;
        } else if (record.topic().equals(topics.policyWeights())) {
            weights.add(codecs.weightsChunks().decode(record.value()));
            return;
        }
        checksums.put(
                new Place(record.topic(), record.partition(), record.offset()), RecordChecksum.of(record.value()));
        if (record.topic().equals(topics.trainingSteps())) {
            ledger.add(codecs.trainingSteps().decode(record.value()));
        } else {
            addOfWorkers(record);
        }
    }

    private void addOfWorkers(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.rolloutRequests())) {
            decoded(codecs.rolloutRequests(), record)
                    .map(RolloutRequest::number)
                    .ifPresent(requests::add);
        } else if (record.topic().equals(topics.scoredTrajectories())) {
            decoded(codecs.scoredTrajectories(), record)
                    .map(ScoredTrajectory::trajectory)
                    .ifPresent(found -> scored.put(
                            new Coordinate(record.partition(), record.offset()),
                            new Scored(found.id(), found.origin(), found.versions())));
        }
    }

    /** Empty for a record that no service could use either; a dead-letter topic names it. */
    private static <T> Optional<T> decoded(RecordCodec<T> codec, ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(codec.decode(record.value()));
        } catch (UndecodableRecordException unusable) {
            return Optional.empty();
        }
    }

    /** The step of the last line of the ledger; -1 before the first. */
    public long lastStep() {
        return ledger.isEmpty() ? -1 : ledger.get(ledger.size() - 1).step();
    }

    /** Lines of the ledger, in the order of the log. */
    public List<TrainingStep> ledger() {
        return List.copyOf(ledger);
    }

    /** Scored trajectories by place. */
    public Map<Coordinate, Scored> scored() {
        return Collections.unmodifiableMap(scored);
    }

    /** Numbers of the requests, in the order of reading. */
    public List<Long> requests() {
        return List.copyOf(requests);
    }

    /** Weights. */
    public PublishedWeights weights() {
        return weights;
    }

    /** CRC-32C of every value but those of weights and their announcements, by place; 0 where a record has none. */
    public Map<Place, Integer> checksums() {
        return Collections.unmodifiableMap(checksums);
    }
}
