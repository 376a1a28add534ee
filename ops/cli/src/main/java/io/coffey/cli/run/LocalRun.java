// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.Logging;
import io.coffey.cli.broker.BrokerException;
import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.report.Console;
import io.coffey.cli.report.MetricsFile;
import io.coffey.cli.report.ProgressLine;
import io.coffey.cli.report.ResultTable;
import io.coffey.cli.report.RunHistory;
import io.coffey.cli.report.Summary;
import io.coffey.service.KafkaClients;
import io.coffey.service.LoadedSettings;
import io.coffey.service.MetricsEndpoint;
import io.coffey.torch.Torch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run in one process, from the checks to the summary. It ends when the run has all its steps, when it is asked to
 * stop, or when a service fails; whichever it is, running it again goes on from the log.
 */
public final class LocalRun {

    private static final Duration BROKER_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_REVIVALS = 3;

    private final LoadedSettings<LocalRunSettings> loaded;
    private final LocalRunSettings settings;
    private final RunDirectory directory;
    private final Console console;
    private final @Nullable LocalBroker shared;
    private final RunModels models;
    private final long startNanos = System.nanoTime();
    private LogView view = log -> () -> {};
    private int revivals;
    private volatile boolean stopRequested;

    /** A run on the broker that its settings name. */
    public LocalRun(LoadedSettings<LocalRunSettings> loaded, Console console) {
        this(loaded, console, null, RunModels.OWN);
    }

    /** @param shared runs in place of the run's own local broker, and is left running */
    public LocalRun(LoadedSettings<LocalRunSettings> loaded, Console console, LocalBroker shared) {
        this(loaded, console, shared, RunModels.OWN);
    }

    /**
     * Likewise with other models.
     *
     * @param shared runs in place of the run's own local broker, and is left running; null for a broker of its own
     * @param models what stands behind the ports of the services
     */
    public LocalRun(
            LoadedSettings<LocalRunSettings> loaded, Console console, @Nullable LocalBroker shared, RunModels models) {
        this.loaded = loaded;
        this.settings = loaded.values();
        this.directory = RunDirectory.of(settings.run());
        this.console = console;
        this.shared = shared;
        this.models = models;
    }

    /**
     * Opens what the settings name, as a run does before it starts.
     *
     * @throws io.coffey.service.UserException naming what cannot be used
     */
    public static void requireRunnable(LocalRunSettings settings) {
        RunInputs.device(settings);
        RunInputs inputs = RunInputs.open(settings);
        RunServices.trainerJob(settings, inputs, RunDirectory.of(settings.run()).checkpoints());
    }

    /** Something that shows the log of the run for as long as its services run. */
    public interface LogView {

        /**
         * Opens it, when the run's topics are there.
         *
         * @throws io.coffey.service.UserException if it cannot be opened; the run does not start then
         */
        Closeable open(RunLog log);
    }

    /** Opens a view beside the services; to be called before {@link #run}. */
    public void show(LogView view) {
        this.view = view;
    }

    /** Asks the run to commit what it is at and to end; from any thread. */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Runs to the end.
     *
     * @return what it came to; empty when it was asked to stop before
     * @throws io.coffey.service.UserException if it cannot be started or a service fails
     */
    public Optional<Summary> run() throws IOException, InterruptedException {
        RunDirectory.Claim claim = directory.claim();
        try {
            return runClaimed();
        } finally {
            claim.close();
        }
    }

    private Optional<Summary> runClaimed() throws IOException, InterruptedException {
        String config = ResolvedConfig.yaml(loaded);
        Optional<Summary> finished = finishedBefore(config);
        if (finished.isPresent()) {
            console.say("run %s has all its %,d steps already"
                    .formatted(settings.run().name(), settings.trainer().steps()));
            conclude(finished.get());
            return finished;
        }
        RunInputs opened = RunInputs.open(settings);
        Logging.toFile(directory.log());
        if (!Files.exists(directory.config())) {
            Files.writeString(directory.config(), config);
        }
        try (MetricsEndpoint metrics =
                MetricsEndpoint.open(settings.metrics(), settings.run().name(), console::say)) {
            Torch.start(settings.trainer().threads(), RunInputs.device(settings));
            return runOnBroker(opened.complete(settings, console), metrics);
        }
    }

    private Optional<Summary> finishedBefore(String config) throws IOException {
        if (!Files.exists(directory.config())
                || !Files.readString(directory.config()).equals(config)) {
            return Optional.empty();
        }
        return Summary.read(directory.summary())
                .filter(summary -> summary.steps() >= settings.trainer().steps());
    }

    private Optional<Summary> runOnBroker(RunInputs inputs, MetricsEndpoint metrics)
            throws IOException, InterruptedException {
        if (!settings.kafka().local()) {
            KafkaClients clients = KafkaClients.of(settings.kafka());
            clients.requireBroker(BROKER_LIMIT);
            return runOn(clients, inputs, metrics, () -> {});
        }
        if (shared != null) {
            return runOnLocal(shared, inputs, metrics);
        }
        console.show("starting the broker");
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory.broker()))) {
            broker.start();
            return runOnLocal(broker, inputs, metrics);
        }
    }

    private Optional<Summary> runOnLocal(LocalBroker broker, RunInputs inputs, MetricsEndpoint metrics)
            throws IOException, InterruptedException {
        KafkaClients clients =
                new KafkaClients(broker.bootstrapServers(), settings.kafka().properties());
        return runOn(clients, inputs, metrics, () -> revive(broker));
    }

    /** A broker of one's own that died is started again on its data; the services wait for it as for any other. */
    private void revive(LocalBroker broker) {
        if (broker.isRunning()) {
            return;
        }
        revivals++;
        if (revivals > MOST_REVIVALS) {
            throw new BrokerException(
                    "the local broker ended %d times; its log: %s".formatted(revivals, broker.logFile()));
        }
        console.say("the broker ended; starting it again");
        broker.start();
    }

    private Optional<Summary> runOn(
            KafkaClients clients, RunInputs inputs, MetricsEndpoint metrics, Runnable brokerCheck)
            throws IOException, InterruptedException {
        RunLog log = RunLog.of(settings.run().name(), clients.measuredBy(metrics));
        log.prepare(settings.topics(), inputs, console);
        RunHistory history = new RunHistory(settings.sampling().samplesPerPrompt());
        boolean complete;
        Closeable shown = view.open(RunLog.of(settings.run().name(), clients));
        try (MetricsFile file = new MetricsFile(directory.metrics());
                LedgerWatch watch = new LedgerWatch(log, history, file)) {
            watch.catchUp();
            ProgressLine progress = new ProgressLine(history, settings.trainer().steps(), System::nanoTime);
            RunServices services = new RunServices(settings, inputs, log, models, metrics);
            if (history.step() > 0) {
                console.say("going on after step %,d".formatted(history.step()));
            } else {
                services.contextGain().map(ContextGain::line).ifPresent(console::say);
            }
            complete = new Supervision(services, watch, history, directory.checkpoints(), progress, console)
                    .run(brokerCheck, () -> stopRequested);
        } finally {
            shown.close();
        }
        if (!complete) {
            console.say("stopped after step %,d of %,d; run the same command again to go on"
                    .formatted(history.step(), settings.trainer().steps()));
            return Optional.empty();
        }
        RunResults results = new RunResults(directory, settings, inputs, history);
        results.saveStudent(log);
        results.drawCurve();
        Summary summary = Summary.of(settings.run().name(), history, (System.nanoTime() - startNanos) / 1e9);
        Files.writeString(directory.config(), ResolvedConfig.yaml(loaded));
        summary.write(directory.summary());
        conclude(summary);
        return Optional.of(summary);
    }

    private void conclude(Summary summary) {
        console.say("");
        ResultTable.lines(summary).forEach(console::say);
        console.say("student %s, curve %s, summary %s"
                .formatted(directory.student(), directory.curve(), directory.summary()));
    }
}
