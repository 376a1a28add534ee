// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.cli.report.Console;
import io.coffey.cli.report.RunHistory;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.StreamSettings;
import io.coffey.cli.status.RunStatus;
import io.coffey.cli.status.StatusReader;
import io.coffey.cli.status.StatusWatch;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a run stands. */
@Command(
        name = "status",
        header = "Where a run stands: last step, versions, lag of every role, dead letters.",
        description = "Reads the run's topics. The run's own broker is started for the moment when it is not running.",
        sortOptions = false)
final class StatusCommand implements Callable<Integer> {

    /** Empties a terminal. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--json", description = "One JSON object; with --watch one a line.")
    private boolean json;

    @Option(names = "--watch", description = "Go on, with rates and versions of every role, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "With --watch: seconds between two looks (default: ${DEFAULT-VALUE}).")
    private int every;

    @Override
    public Integer call() throws Exception {
        if (every < 1) {
            throw new UserException(ExitCode.CONFIGURATION, "--every: expected 1 or more, found " + every);
        }
        CountDownLatch stop = new CountDownLatch(1);
        return watch ? CleanStop.during(() -> look(stop), stop::countDown) : look(stop);
    }

    private int look(CountDownLatch stop) throws IOException, InterruptedException {
        StreamSettings settings = SettingsLoader.of(StreamSettings.class)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        try (RunConnection connection = RunConnection.open(
                        settings.run(), settings.kafka(), settings.trainer().reads());
                StatusReader reader = new StatusReader(
                        RunLog.of(settings.run().name(), connection.clients()),
                        settings.sampling().samplesPerPrompt())) {
            String run = settings.run().name();
            String broker = connection.clients().bootstrapServers();
            if (watch) {
                watch(run, broker, reader, stop);
            } else {
                once(answer(run, broker, status(run, broker, reader)));
            }
        }
        return ExitCode.OK;
    }

    private static RunStatus status(String run, String broker, StatusReader reader) {
        return reader.read()
                .orElseThrow(() ->
                        new UserException(ExitCode.DATA, "broker %s has no topics of run %s".formatted(broker, run)));
    }

    private void once(JsonObject answer) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new GsonBuilder().setPrettyPrinting().create().toJson(answer));
        } else {
            print("", answer, out);
        }
    }

    private void watch(String run, String broker, StatusReader reader, CountDownLatch stop)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean terminal = !json && Console.of(out, System.getenv()).terminal();
        StatusWatch looker = new StatusWatch(run, System::nanoTime);
        do {
            RunStatus status = status(run, broker, reader);
            if (json) {
                out.println(looker.json(status));
            } else {
                out.print(terminal ? CLEAR : "");
                looker.lines(status).forEach(out::println);
            }
            out.flush();
        } while (!stop.await(every, TimeUnit.SECONDS));
    }

    private static JsonObject answer(String run, String broker, RunStatus status) {
        RunHistory history = status.history();
        JsonObject answer = new JsonObject();
        answer.addProperty("run", run);
        answer.addProperty("broker", broker);
        answer.addProperty("coffey", Version.coffey());
        answer.addProperty("step", history.step());
        answer.addProperty(
                "policyVersion",
                history.last().map(TrainingStep::policyVersionOut).orElse(-1L));
        answer.addProperty(
                "weightsDigest", history.last().map(TrainingStep::digestAfter).orElse(""));
        answer.addProperty("trainedRecords", history.trained());
        answer.addProperty("trainedTokens", history.trainedTokens());
        answer.addProperty("droppedRecords", history.dropped());
        answer.addProperty("inFlight", history.inFlight());
        answer.add("lag", object(status.lag()));
        answer.add("deadLetters", object(status.deadLetters()));
        return answer;
    }

    private static JsonObject object(Map<String, Long> counts) {
        JsonObject object = new JsonObject();
        counts.forEach(object::addProperty);
        return object;
    }

    private static void print(String prefix, JsonObject object, PrintWriter out) {
        object.entrySet().forEach(entry -> {
            if (entry.getValue().isJsonObject()) {
                print(entry.getKey() + " ", entry.getValue().getAsJsonObject(), out);
            } else {
                out.printf(
                        "%-18s %s%n", prefix + entry.getKey(), entry.getValue().getAsString());
            }
        });
    }
}
