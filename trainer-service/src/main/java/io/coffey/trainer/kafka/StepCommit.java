// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.trainer.Student;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Everything that becomes true with one step.
 *
 * @param line the ledger's line
 * @param weights the weights it publishes; absent when it publishes none
 * @param requests the work it lets in
 * @param deadLetters records it could not train, with their causes
 * @param offsets how far the scored topic is read
 */
record StepCommit(
        TrainingStep line,
        @Nullable PublishedWeights weights,
        List<RolloutRequest> requests,
        List<ProducerRecord<byte[], byte[]>> deadLetters,
        Map<TopicPartition, OffsetAndMetadata> offsets) {

    /** Size of the weights it publishes. */
    long publishedBytes() {
        return weights == null ? 0 : weights.content().bytes().length;
    }

    /**
     * Weights to publish.
     *
     * @param version policy version they become
     * @param content what they are
     */
    record PublishedWeights(long version, Student.Publication content) {}
}
