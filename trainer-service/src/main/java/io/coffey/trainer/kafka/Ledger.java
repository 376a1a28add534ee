// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** The ledger of a run on its topic. */
final class Ledger {

    private static final Duration STABLE_LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);

    private Ledger() {}

    /**
     * Checks that no open transaction hides lines, for a trainer that has fenced all others: nobody could end it, and a
     * hidden line that was committed would be trained a second time.
     *
     * @throws UserException with {@link ExitCode#BROKER} when lines stay hidden for fifteen seconds
     */
    static void requireStable(KafkaClients clients, Topics topics) {
        TopicPartition partition = new TopicPartition(topics.trainingSteps(), 0);
        long deadline = System.nanoTime() + STABLE_LIMIT.toNanos();
        try (Admin admin = clients.admin()) {
            long written = end(admin, partition, IsolationLevel.READ_UNCOMMITTED);
            long readable = end(admin, partition, IsolationLevel.READ_COMMITTED);
            while (readable < written) {
                if (System.nanoTime() > deadline) {
                    throw new UserException(
                            ExitCode.BROKER,
                            ("%s: an open transaction hides the records from offset %d to %d, though no trainer is writing;"
                                            + " find it with kafka-transactions.sh find-hanging, make sure that no other program"
                                            + " writes to the topic, end the transaction and start again")
                                    .formatted(partition, readable, written - 1));
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                readable = end(admin, partition, IsolationLevel.READ_COMMITTED);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation)
            throws InterruptedException {
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause
                    ? cause
                    : new KafkaException("the end of %s could not be read".formatted(partition), e);
        }
    }

    /** All committed lines, from the first. */
    static List<TrainingStep> read(KafkaClients clients, Topics topics, Codecs codecs, String runId) {
        List<TrainingStep> lines = new ArrayList<>();
        try (var consumer = clients.assignedConsumer("trainer-reader-" + runId)) {
            TopicReader.readToEnd(
                    consumer,
                    topics.trainingSteps(),
                    record -> lines.add(codecs.trainingSteps().decode(record.value())));
        }
        return lines;
    }
}
