// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.report.Console;
import io.coffey.cli.report.RunHistory;
import io.coffey.cli.report.Summary;
import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.RunLog;
import io.coffey.service.KafkaClients;
import io.coffey.stream.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runs of a plan one after the other on one broker and writes the report anew after each. Doing it again
 * makes only the runs that are missing; one that was stopped goes on from its log.
 */
public final class Comparison {

    private static final Duration TOPICS_LIMIT = Duration.ofSeconds(20);

    private final Plan plan;
    private final Path out;
    private final Console console;
    private volatile boolean stopRequested;
    private volatile @Nullable LocalRun current;

    /** @param out directory of the report */
    public Comparison(Plan plan, Path out, Console console) {
        this.plan = plan;
        this.out = out;
        this.console = console;
    }

    /** Asks the run that is being made to commit what it is at, and the comparison to end; from any thread. */
    public void requestStop() {
        stopRequested = true;
        LocalRun running = current;
        if (running != null) {
            running.requestStop();
        }
    }

    /**
     * Runs to the end, or until it is asked to stop.
     *
     * @throws io.coffey.service.UserException if a run fails
     */
    public void run() throws IOException, InterruptedException {
        PlannedRun first = plan.runs().get(0);
        Path folder = first.settings().run().directory().resolve("comparison");
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(folder.resolve("broker")))) {
            console.show("starting the broker");
            broker.start();
            List<Outcome> outcomes = new ArrayList<>();
            for (PlannedRun run : plan.runs()) {
                console.say("");
                console.say("run %d of %d: %s, seed %d"
                        .formatted(outcomes.size() + 1, plan.runs().size(), run.label(), run.seed()));
                Optional<Summary> summary = make(run, broker);
                if (summary.isEmpty()) {
                    return;
                }
                outcomes.add(new Outcome(run, summary.get(), evaluations(run, broker)));
                new Report(outcomes, plan.runs().size()).write(out);
            }
        }
        console.say("");
        console.say("table %s, figure %s".formatted(out.resolve("objectives.md"), out.resolve("objectives.svg")));
    }

    private Optional<Summary> make(PlannedRun planned, LocalBroker broker) throws IOException, InterruptedException {
        LocalRun run = new LocalRun(planned.loaded(), console, broker);
        current = run;
        if (stopRequested) {
            return Optional.empty();
        }
        return run.run();
    }

    private static RunHistory evaluations(PlannedRun run, LocalBroker broker) {
        KafkaClients clients = new KafkaClients(
                broker.bootstrapServers(), run.settings().kafka().properties());
        RunLog log = RunLog.of(run.name(), clients);
        RunHistory history = new RunHistory(run.settings().sampling().samplesPerPrompt());
        clients.requireTopics(List.of(log.topics().evaluations()), TOPICS_LIMIT);
        try (var consumer = clients.assignedConsumer(run.name() + ".comparison")) {
            TopicReader.readToEnd(
                    consumer,
                    log.topics().evaluations(),
                    record -> history.add(log.codecs().evaluations().decode(record.value())));
        }
        return history;
    }
}
