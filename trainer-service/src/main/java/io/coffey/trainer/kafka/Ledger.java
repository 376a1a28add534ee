// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.KafkaClients;
import io.coffey.stream.Codecs;
import io.coffey.stream.TopicReader;
import io.coffey.stream.Topics;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a run on its topic. */
final class Ledger {

    private Ledger() {}

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
