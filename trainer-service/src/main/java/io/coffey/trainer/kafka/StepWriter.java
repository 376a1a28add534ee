// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.service.Failpoint;
import io.coffey.service.KafkaErrors;
import io.coffey.service.UserException;
import io.coffey.stream.StreamRecords;
import io.coffey.stream.WeightsPublication;
import io.coffey.trainer.Student;
import io.coffey.trainer.TrainerJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Writes a step as ONE transaction: the ledger line, the weights and their announcement, the next requests, the dead
 * letters and the consumed offsets are visible together or not at all. Its transactional id is the run's, so starting
 * it fences every earlier trainer of the run.
 */
final class StepWriter implements AutoCloseable {

    private final TrainerJob job;
    private final Producer<byte[], byte[]> producer;
    private final StreamRecords records;
    private final String configFingerprint;

    StepWriter(TrainerJob job, Producer<byte[], byte[]> producer, StreamRecords records) {
        this.job = job;
        this.producer = producer;
        this.records = records;
        this.configFingerprint = job.student().config().fingerprint();
    }

    /** Fences earlier trainers and aborts what they left open; must come before the ledger is read. */
    void open() {
        producer.initTransactions();
    }

    /**
     * Commits a step.
     *
     * @throws KafkaException when it is not known to be committed; the caller starts again from the ledger
     * @throws UserException when another trainer of the run took over
     */
    void commit(StepCommit step, ConsumerGroupMetadata group) {
        orFenced(() -> write(step, group));
    }

    private void write(StepCommit step, ConsumerGroupMetadata group) {
        Failpoint.COMMIT_BEFORE_TRANSACTION.reached();
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        StepCommit.PublishedWeights weights = step.weights();
        if (weights != null) {
            for (WeightsChunk chunk : chunks(weights)) {
                sent.add(producer.send(records.of(chunk)));
            }
        }
        for (RolloutRequest request : step.requests()) {
            sent.add(producer.send(records.of(request)));
        }
        for (ProducerRecord<byte[], byte[]> letter : step.deadLetters()) {
            sent.add(producer.send(letter));
        }
        sent.add(producer.send(records.of(step.line())));
        if (!step.offsets().isEmpty()) {
            producer.sendOffsetsToTransaction(step.offsets(), group);
        }
        if (weights != null) {
            // Where they begin is known once they are written; all else is on its way meanwhile.
            producer.flush();
            Failpoint.COMMIT_AFTER_WEIGHTS.reached();
            sent.add(producer.send(
                    records.of(announcement(weights, await(sent.get(0)).offset()))));
        }
        producer.flush();
        sent.forEach(StepWriter::await);
        Failpoint.COMMIT_AFTER_SENDS.reached();
        producer.commitTransaction();
        Failpoint.COMMIT_AFTER_COMMIT.reached();
    }

    /** Writes dead letters that belong to no step, in a transaction of their own. */
    void setAside(List<ProducerRecord<byte[], byte[]>> deadLetters) {
        orFenced(() -> {
            producer.beginTransaction();
            deadLetters.stream().map(producer::send).toList().forEach(StepWriter::await);
            producer.commitTransaction();
        });
    }

    private void orFenced(Runnable transaction) {
        try {
            transaction.run();
        } catch (KafkaException e) {
            KafkaErrors.fenced(e, producer).ifPresent(fenced -> {
                throw fenced;
            });
            throw e;
        }
    }

    private List<WeightsChunk> chunks(StepCommit.PublishedWeights weights) {
        return WeightsPublication.chunks(
                job.runId(),
                weights.version(),
                weights.content().bytes(),
                job.settings().chunkBytes());
    }

    private PolicyVersion announcement(StepCommit.PublishedWeights weights, long firstOffset) {
        Student.Publication content = weights.content();
        return WeightsPublication.announcement(
                job.runId(),
                weights.version(),
                content.kind(),
                content.bytes(),
                chunks(weights).size(),
                firstOffset,
                content.tensorDigests(),
                job.student().tokenizer().fingerprint(),
                configFingerprint);
    }

    private static RecordMetadata await(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("a record was not written", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
