// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.distillation.trajectory.TrainingStep;
import java.util.List;
import java.util.Map;

/** Whether the scored topic still holds what the ledger needs of it. */
final class KeptLog {

    private KeptLog() {}

    /**
     * What is gone, one line each; none when all is there.
     *
     * @param lines the ledger, from its first line
     * @param topic the scored topic
     * @param beginnings by partition of the topic: its first offset
     */
    static List<String> losses(List<TrainingStep> lines, String topic, Map<Integer, Long> beginnings) {
        List<Long> lost = lines.stream()
                .filter(line -> line.trained().stream()
                        .anyMatch(record -> record.offset() < beginnings.getOrDefault(record.partition(), 0L)))
                .map(TrainingStep::step)
                .toList();
        if (lost.isEmpty()) {
            return List.of();
        }
        long first = lost.get(0);
        long last = lost.get(lost.size() - 1);
        String gone =
                "topic %s no longer holds the records of %s, so that they cannot be trained again: restore the topic from a copy"
                        .formatted(topic, first == last ? "step " + first : "steps %d to %d".formatted(first, last));
        TrainingStep end = lines.get(lines.size() - 1);
        return end.nextOffsets().entrySet().stream()
                .filter(next -> next.getValue() < beginnings.getOrDefault(next.getKey(), 0L))
                .findFirst()
                .map(next -> List.of(
                        gone,
                        "a trainer goes on at offset %d of partition %d, which begins at %d"
                                .formatted(next.getValue(), next.getKey(), beginnings.get(next.getKey()))))
                .orElseGet(() -> List.of(gone));
    }
}
