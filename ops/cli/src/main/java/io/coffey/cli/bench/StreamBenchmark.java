// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.LocalRun;
import io.coffey.cli.run.LocalRunSettings;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.RunModels;
import io.coffey.cli.run.RunSettingsReader;
import io.coffey.service.KafkaClients;
import io.coffey.service.LoadedSettings;
import io.coffey.stream.TopicReader;
import io.coffey.stream.TopicSettings;
import io.coffey.stream.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Measures what the stream of a run costs: the whole pipeline with models that take no time beside raw clients, and the
 * time of a real run in which no model works. All on one broker, in one process, by turns.
 */
public final class StreamBenchmark {

    /** The first steps of a run load classes and compile. */
    private static final double WARM_UP = 0.25;

    private final Path runFile;
    private final Map<String, String> overrides;
    private final Map<String, String> environment;
    private final Consumer<String> progress;
    private final Console quiet = Console.of(new PrintWriter(Writer.nullWriter()), Map.of());

    /**
     * A benchmark of a run.
     *
     * @param overrides settings over the file's
     * @param progress told what is going on
     */
    public StreamBenchmark(
            Path runFile, Map<String, String> overrides, Map<String, String> environment, Consumer<String> progress) {
        this.runFile = runFile;
        this.overrides = overrides;
        this.environment = environment;
        this.progress = progress;
    }

    /**
     * Measures; medians over the rounds.
     *
     * @param directory where brokers and runs lie meanwhile
     * @param rounds how often to measure beside raw clients
     * @param streamSteps steps of the pipeline of null models and of raw clients: some tens of seconds' worth, or much
     *     of what is measured is the machine's code being compiled
     * @param steps steps of a real run
     */
    public StreamResult run(Path directory, int rounds, int streamSteps, int steps)
            throws IOException, InterruptedException {
        LoadedSettings<LocalRunSettings> settings = settings(directory, "null", streamSteps, Map.of());
        int batch = settings.values().trainer().batch();
        int inFlight = batch * (settings.values().trainer().maxStaleness() + 1);
        try (LocalBroker broker = new LocalBroker(LocalBroker.Settings.in(directory.resolve("broker")))) {
            progress.accept("starting the broker");
            broker.start();
            double[] pipeline = new double[rounds];
            double[] raw = new double[rounds];
            List<ProcessorTime> pipelineTimes = new ArrayList<>();
            List<ProcessorTime> rawTimes = new ArrayList<>();
            long records = (long) streamSteps * batch;
            Map<String, Long> bytes = Map.of();
            for (int round = 0; round < rounds; round++) {
                progress.accept("round %d of %d: the pipeline of null models".formatted(round + 1, rounds));
                ProcessorTime began = ProcessorTime.now(broker);
                RunLog log =
                        make(broker, settings(directory, "null-" + round, streamSteps, Map.of()), new NullModels());
                pipelineTimes.add(ProcessorTime.now(broker).since(began, records));
                pipeline[round] = perSecond(commits(log), batch);
                progress.accept("round %d of %d: raw clients".formatted(round + 1, rounds));
                StreamSample sample = StreamSample.of(log);
                bytes = sample.bytes();
                began = ProcessorTime.now(broker);
                raw[round] = perSecond(
                        new RawPipeline(log.clients(), new Topics("raw-" + round), sample, batch, inFlight, streamSteps)
                                .run(TopicSettings.of(
                                        settings.values().topics().partitions(),
                                        settings.values().topics().replication())),
                        batch);
                rawTimes.add(ProcessorTime.now(broker).since(began, records));
            }
            Map<String, Double> outside = new LinkedHashMap<>();
            Map<String, Map<String, Double>> roles = new LinkedHashMap<>();
            for (Map.Entry<String, Map<String, String>> order :
                    orders(settings.values()).entrySet()) {
                progress.accept("a run of real models, order and staleness " + order.getKey());
                ModelTime time = new ModelTime();
                make(
                        broker,
                        settings(directory, "real-" + outside.size(), steps, order.getValue()),
                        new TimedModels(time));
                outside.put(order.getKey(), 1 - time.share());
                roles.put(order.getKey(), shares(time));
            }
            return new StreamResult(
                    median(pipeline),
                    median(raw),
                    median(pipelineTimes),
                    median(rawTimes),
                    new TreeMap<>(bytes),
                    batch,
                    inFlight,
                    outside,
                    roles);
        }
    }

    /** The file's own order and staleness, and those with which nothing overlaps. */
    private static Map<String, Map<String, String>> orders(LocalRunSettings settings) {
        Map<String, Map<String, String>> orders = new LinkedHashMap<>();
        for (String order : List.of(
                settings.trainer().order().name().toLowerCase(Locale.ROOT) + " "
                        + settings.trainer().maxStaleness(),
                "lockstep 0")) {
            String[] words = order.split(" ", -1);
            orders.put(order, Map.of("trainer.order", words[0], "trainer.maxStaleness", words[1]));
        }
        return orders;
    }

    private RunLog make(LocalBroker broker, LoadedSettings<LocalRunSettings> settings, RunModels models)
            throws IOException, InterruptedException {
        new LocalRun(settings, quiet, broker, models).run();
        return RunLog.of(
                settings.values().run().name(),
                new KafkaClients(
                        broker.bootstrapServers(), settings.values().kafka().properties()));
    }

    private LoadedSettings<LocalRunSettings> settings(
            Path directory, String name, int steps, Map<String, String> order) {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        all.putAll(order);
        all.put("run.name", name);
        all.put("run.directory", directory.resolve("runs").toString());
        all.put("kafka.local", "true");
        all.put("trainer.steps", Integer.toString(steps));
        all.put("trainer.checkpointEvery", Integer.toString(steps));
        all.put("prompts.heldOut", "0");
        all.put("evaluation.every", "0");
        return RunSettingsReader.read(runFile, all, environment);
    }

    /** When each step was committed, in nanoseconds, by the clock of the producer. */
    private static long[] commits(RunLog log) {
        List<Long> times = new ArrayList<>();
        try (var consumer = log.clients().assignedConsumer("bench")) {
            TopicReader.readToEnd(
                    consumer, log.topics().trainingSteps(), line -> times.add(line.timestamp() * 1_000_000));
        }
        return times.stream().skip(1).mapToLong(Long::longValue).toArray();
    }

    private static double perSecond(long[] commits, int batch) {
        int first = (int) (WARM_UP * commits.length);
        int last = commits.length - 1;
        return (double) (last - first) * batch / ((commits[last] - commits[first]) / 1e9);
    }

    private static Map<String, Double> shares(ModelTime time) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (ModelTime.Role role : ModelTime.Role.values()) {
            shares.put(role.name().toLowerCase(Locale.ROOT), time.share(role));
        }
        return shares;
    }

    private static ProcessorTime median(List<ProcessorTime> times) {
        return times.stream()
                .sorted(Comparator.comparingDouble(ProcessorTime::sum))
                .toList()
                .get(times.size() / 2);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
