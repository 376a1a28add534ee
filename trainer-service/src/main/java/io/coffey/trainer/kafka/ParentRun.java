// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.KafkaClients;
import io.coffey.service.UserException;
import io.coffey.stream.Codecs;
import io.coffey.stream.Topics;
import io.coffey.trainer.Environment;
import io.coffey.trainer.TrainerJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A run that others are forked from: its ledger gives them their batches. */
public final class ParentRun {

    private static final String READS = "trainer.reads";

    private final String name;
    private final List<TrainingStep> ledger;

    private ParentRun(String name, List<TrainingStep> ledger) {
        this.name = name;
        this.ledger = ledger;
    }

    /**
     * Reads the ledger of a run.
     *
     * @throws UserException if it has trained nothing yet
     */
    public static ParentRun read(KafkaClients clients, String name, Codecs codecs) {
        Topics topics = new Topics(name);
        return of(name, Ledger.read(clients, topics, codecs, name));
    }

    static ParentRun of(String name, List<TrainingStep> ledger) {
        if (ledger.size() < 2) {
            throw new UserException(ExitCode.DATA, "run %s has trained no step yet: nothing to fork".formatted(name));
        }
        return new ParentRun(name, ledger);
    }

    /**
     * What makes a run its fork.
     *
     * @param fork name of the new run
     * @param to last step to take; the ledger's last where that is less
     */
    public Map<String, String> settings(String fork, long to) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("run.name", fork);
        settings.put(READS, source());
        settings.put("trainer.fork.of", name);
        settings.put("trainer.fork.to", Long.toString(Math.min(to, ledger.size() - 1L)));
        return settings;
    }

    private String source() {
        return ledger.get(0).settings().getOrDefault(READS, name);
    }

    /**
     * The lines that a fork takes.
     *
     * @throws UserException if the run cannot be its parent, or its data were made under other settings than the fork's
     */
    List<TrainingStep> linesFor(TrainerJob fork) {
        long to = fork.settings().fork().to();
        if (to < 1 || to >= ledger.size()) {
            throw refused("trainer.fork.to: expected a step of run %s, 1 to %d, found %d"
                    .formatted(name, ledger.size() - 1, to));
        }
        if (!source().equals(fork.source())) {
            throw refused("trainer.reads: expected %s, from which run %s trained, found %s"
                    .formatted(source(), name, fork.source()));
        }
        List<String> differences =
                Environment.differences(ofTheData(ledger.get(0).settings()), ofTheData(fork.decisiveSettings()));
        if (!differences.isEmpty()) {
            throw refused(
                    "run %s trains what run %s recorded: %s; put them back, they take a run that samples for itself"
                            .formatted(fork.runId(), name, String.join("; ", differences)));
        }
        return ledger.subList(0, Math.toIntExact(to) + 1);
    }

    /** What decided the recorded trajectories and how they became batches. */
    private static Map<String, String> ofTheData(Map<String, String> settings) {
        Map<String, String> chosen = new TreeMap<>(settings);
        chosen.keySet()
                .removeIf(key -> !key.startsWith("sampling.")
                        && !List.of("trainer.order", "trainer.batch", "trainer.maxStaleness", "student.tokenizer")
                                .contains(key));
        return chosen;
    }

    private static UserException refused(String message) {
        return new UserException(ExitCode.CONFIGURATION, message);
    }
}
