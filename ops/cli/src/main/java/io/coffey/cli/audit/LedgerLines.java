// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.audit;

import io.coffey.cli.run.RunLog;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.stream.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The ledger of a run, from its first line.
 *
 * @param topic topic it was read from
 * @param lines the lines in the order of the topic, which is that of the steps
 */
public record LedgerLines(String topic, List<Line> lines) {

    public LedgerLines {
        lines = List.copyOf(lines);
    }

    /**
     * A line.
     *
     * @param offset where it stands in the topic
     * @param step what it says
     */
    public record Line(long offset, TrainingStep step) {}

    /** Reads the ledger as far as it is committed. */
    public static LedgerLines read(RunLog log) {
        String topic = log.topics().trainingSteps();
        List<Line> lines = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                log.clients().assignedConsumer(log.topics().prefix() + ".audit-ledger")) {
            TopicReader.readToEnd(
                    consumer,
                    topic,
                    record -> lines.add(new Line(
                            record.offset(), log.codecs().trainingSteps().decode(record.value()))));
        }
        return new LedgerLines(topic, lines);
    }

    /**
     * The line of a step.
     *
     * @throws UserException if there is none
     */
    public Line of(long step) {
        return find(step)
                .orElseThrow(() -> new UserException(
                        ExitCode.DATA,
                        lines.isEmpty()
                                ? "topic %s holds no step: the run was never begun".formatted(topic)
                                : "topic %s has no step %d, expected one of %d to %d"
                                        .formatted(
                                                topic,
                                                step,
                                                lines.get(0).step().step(),
                                                lines.get(lines.size() - 1)
                                                        .step()
                                                        .step())));
    }

    /** The line of a step, if there is one. */
    public Optional<Line> find(long step) {
        return lines.stream().filter(line -> line.step().step() == step).findFirst();
    }
}
