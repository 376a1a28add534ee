// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.cli.report.RunHistory;
import io.coffey.cli.run.RunConnection;
import io.coffey.cli.run.RunLog;
import io.coffey.cli.run.RunStatus;
import io.coffey.cli.run.StreamSettings;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
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
final class StatusCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public void run() {
        StreamSettings settings = SettingsLoader.of(StreamSettings.class)
                .load(options.file(), options.overrides(), System.getenv())
                .values();
        try (RunConnection connection = RunConnection.open(
                settings.run(), settings.kafka(), settings.trainer().reads())) {
            RunLog log = RunLog.of(settings.run().name(), connection.clients());
            RunStatus status = RunStatus.read(log, settings.sampling().samplesPerPrompt())
                    .orElseThrow(() -> new UserException(
                            ExitCode.DATA,
                            "broker %s has no topics of run %s"
                                    .formatted(
                                            connection.clients().bootstrapServers(),
                                            log.topics().prefix())));
            JsonObject answer =
                    answer(log.topics().prefix(), connection.clients().bootstrapServers(), status);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new GsonBuilder().setPrettyPrinting().create().toJson(answer));
            } else {
                print("", answer, out);
            }
        } catch (IOException e) {
            throw new UserException(ExitCode.DATA, "cannot read the run's folder: " + e.getMessage(), e);
        }
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
