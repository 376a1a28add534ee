// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.run.RunLog;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Which broker leads the partition of a run's ledger. */
final class LedgerLeader {

    private final RunLog log;

    LedgerLeader(RunLog log) {
        this.log = log;
    }

    /** The broker's place among those of the cluster, whose ids begin with 1. */
    int index() throws InterruptedException {
        String topic = log.topics().trainingSteps();
        try (Admin admin = log.clients().admin()) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                                    .allTopicNames()
                                    .get()
                                    .get(topic))
                            .partitions()
                            .get(0)
                            .leader()
                            .id()
                    - 1;
        } catch (ExecutionException e) {
            throw new KafkaException("the leader of %s is not known".formatted(topic), e);
        }
    }
}
