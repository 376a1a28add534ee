// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.cli.bench.ProcessorTime;
import io.coffey.cli.bench.StreamBenchmark;
import io.coffey.cli.bench.StreamResult;
import io.coffey.cli.report.Console;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The stream beside raw Kafka clients, and beside the models. */
@Command(
        name = "stream",
        header = "What the stream of a run costs, beside raw Kafka clients and beside its models.",
        description = {
            "Runs the file with models that take no time and answer with records of the same form, and beside it plain"
                    + " Kafka clients that move the same bytes in the same transactions; then runs the file as it is, and in"
                    + " lockstep, and says in what share of the time no model was at work.",
            "On a broker of its own, in a directory that it deletes. Sizes follow the file: --set sampling.maxNewTokens,"
                    + " objective.topK, trainer.batch."
        },
        sortOptions = false)
final class BenchStreamCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final RunFileOptions options = new RunFileOptions();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps of a run with its models (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--stream-steps",
            paramLabel = "N",
            defaultValue = "2000",
            description = {
                "Steps of a run without, and of raw clients (default: ${DEFAULT-VALUE}).",
                "Few steps measure how Java warms up."
            })
    private int streamSteps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to measure beside raw clients (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (steps < 8 || streamSteps < 8 || rounds < 1) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "expected --steps and --stream-steps 8 or more and --rounds 1 or more, found %d, %d and %d"
                            .formatted(steps, streamSteps, rounds));
        }
        PrintWriter out = spec.commandLine().getOut();
        Console console = Console.of(spec.commandLine().getErr(), System.getenv());
        Path directory = Files.createTempDirectory("coffey-bench");
        try {
            StreamResult result = new StreamBenchmark(
                            options.file(), options.overrides(), System.getenv(), console::show)
                    .run(directory, rounds, streamSteps, steps);
            if (json) {
                out.println(new GsonBuilder().setPrettyPrinting().create().toJson(object(result)));
            } else {
                print(result, out);
            }
        } finally {
            delete(directory);
        }
        return ExitCode.OK;
    }

    private static void print(StreamResult result, PrintWriter out) {
        Figure.of(result).forEach(figure -> out.println(figure.line()));
        line(
                out,
                "records/s",
                "%,.0f through the pipeline, %,.0f by raw clients",
                result.pipelineRecordsPerSecond(),
                result.rawRecordsPerSecond());
        line(out, "processor", "%s", processor("through the pipeline", result.pipelineTime()));
        line(out, "", "%s", processor("by raw clients", result.rawTime()));
        line(out, "", "steps of %,d, %,d in flight", result.batch(), result.inFlight());
        result.bytes().forEach((kind, bytes) -> line(out, "", "%,d bytes of a %s", bytes, kind));
        result.roles()
                .forEach((order, shares) -> shares.forEach((role, share) ->
                        line(out, order, "the model of the %s is at work in %.0f %% of the time", role, 100 * share)));
        line(out, "machine", "%d processors", Runtime.getRuntime().availableProcessors());
        line(out, "", "Java %s, coffey %s", System.getProperty("java.version"), Version.coffey());
    }

    private static String processor(String way, ProcessorTime time) {
        return String.format(
                Locale.ROOT, "%,.0f us a record %s, and %,.0f of the broker", time.clients(), way, time.broker());
    }

    private static JsonObject object(StreamResult result) {
        JsonObject object = new GsonBuilder().create().toJsonTree(result).getAsJsonObject();
        JsonArray figures = new JsonArray();
        Figure.of(result).forEach(figure -> figures.add(figure.json()));
        object.add("figures", figures);
        object.addProperty("processors", Runtime.getRuntime().availableProcessors());
        object.addProperty("java", System.getProperty("java.version"));
        object.addProperty("coffey", Version.coffey());
        return object;
    }

    private static void line(PrintWriter out, String name, String format, Object... arguments) {
        out.printf("%-10s %s%n", name, String.format(Locale.ROOT, format, arguments));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
