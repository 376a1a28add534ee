// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.status;

import io.coffey.cli.report.RunHistory;
import io.coffey.cli.run.RunLog;
import io.coffey.console.RoleStates;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads where a run stands, as often as asked; of the ledger only what is new. Not thread-safe. */
public final class StatusReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Topics topics;
    private final Codecs codecs;
    private final RunHistory history;
    private final RoleReader roles;
    private final Consumer<byte[], byte[]> ledger;

    /**
     * A reader that has read nothing yet.
     *
     * @param samplesPerPrompt trajectories that a request brings
     */
    public StatusReader(RunLog log, int samplesPerPrompt) {
        this.topics = log.topics();
        this.codecs = log.codecs();
        this.history = new RunHistory(samplesPerPrompt);
        String clientId = topics.prefix() + ".status";
        this.roles = new RoleReader(log);
        this.ledger = log.clients().assignedConsumer(clientId);
    }

    /**
     * Where the run stands now.
     *
     * @return empty when the run has no topics on this broker
     */
    public Optional<RunStatus> read() {
        Optional<RoleStates> states = roles.read();
        if (states.isEmpty()) {
            return Optional.empty();
        }
        readOn();
        RoleStates found = states.get();
        Map<String, Long> versions = new LinkedHashMap<>(found.versions());
        history.last()
                .map(TrainingStep::policyVersionOut)
                .ifPresent(version -> versions.put(RoleStates.TRAINER, version));
        return Optional.of(new RunStatus(history, found.lag(), found.taken(), versions, found.deadLetters()));
    }

    private void readOn() {
        if (ledger.assignment().isEmpty()) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition(topics.trainingSteps(), 0), new TopicPartition(topics.evaluations(), 0));
            ledger.assign(partitions);
            ledger.seekToBeginning(partitions);
        }
        Map<TopicPartition, Long> ends = ledger.endOffsets(ledger.assignment());
        while (ends.entrySet().stream().anyMatch(end -> ledger.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : ledger.poll(POLL)) {
                if (record.topic().equals(topics.trainingSteps())) {
                    history.add(codecs.trainingSteps().decode(record.value()));
                } else {
                    history.add(codecs.evaluations().decode(record.value()));
                }
            }
        }
    }

    @Override
    public void close() {
        ledger.close();
        roles.close();
    }
}
