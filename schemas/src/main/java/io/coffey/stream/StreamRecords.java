// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.WeightsChunk;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Values as records to send: each to its topic, under its key, with its headers. Safe for use by several threads. */
public final class StreamRecords {

    private final Topics topics;
    private final Codecs codecs;

    public StreamRecords(Topics topics, Codecs codecs) {
        this.topics = topics;
        this.codecs = codecs;
    }

    public ProducerRecord<byte[], byte[]> of(Prompt prompt) {
        return record(topics.prompts(), prompt.id(), codecs.prompts().encode(prompt));
    }

    public ProducerRecord<byte[], byte[]> of(RolloutRequest request) {
        ProducerRecord<byte[], byte[]> record = record(
                topics.rolloutRequests(),
                request.promptId(),
                codecs.rolloutRequests().encode(request));
        new CreditHeaders(request.number(), request.samples() - 1).write(record.headers());
        return record;
    }

    public ProducerRecord<byte[], byte[]> of(Trajectory trajectory) {
        ProducerRecord<byte[], byte[]> record = record(
                topics.trajectories(),
                trajectory.promptId(),
                codecs.trajectories().encode(trajectory));
        credit(trajectory).write(record.headers());
        return record;
    }

    public ProducerRecord<byte[], byte[]> of(ScoredTrajectory scored) {
        ProducerRecord<byte[], byte[]> record = record(
                topics.scoredTrajectories(),
                scored.trajectory().promptId(),
                codecs.scoredTrajectories().encode(scored));
        credit(scored.trajectory()).write(record.headers());
        return record;
    }

    public ProducerRecord<byte[], byte[]> of(TrainingStep step) {
        return record(
                topics.trainingSteps(), step.runId(), codecs.trainingSteps().encode(step));
    }

    /** Version 0 has a key of its own, so that compaction never takes what the run began with. */
    public ProducerRecord<byte[], byte[]> of(PolicyVersion version) {
        return record(
                topics.policyVersions(),
                version.version() == 0 ? version.runId() + "/0" : version.runId(),
                codecs.policyVersions().encode(version));
    }

    public ProducerRecord<byte[], byte[]> of(WeightsChunk chunk) {
        return record(
                topics.policyWeights(),
                chunk.version() + "/" + chunk.index(),
                codecs.weightsChunks().encode(chunk));
    }

    public ProducerRecord<byte[], byte[]> of(Evaluation evaluation) {
        return record(
                topics.evaluations(), evaluation.runId(), codecs.evaluations().encode(evaluation));
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static CreditHeaders credit(Trajectory trajectory) {
        return new CreditHeaders(trajectory.request(), trajectory.sample());
    }
}
