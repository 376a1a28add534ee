// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coffey.cli.process.CoffeyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A short run of the example, by the command, in a folder of the test's. */
final class SumRun {

    static final Duration LIMIT = Duration.ofMinutes(4);
    static final int BATCH = 16;

    private static final Path EXAMPLES = Path.of(System.getProperty("coffey.root"), "examples");

    private final Path runs;
    private final String name;
    private final List<String> arguments = new ArrayList<>();

    SumRun(Path runs, String name, int steps) {
        this(EXAMPLES.resolve("sum/opd.yaml"), runs, name, steps);
    }

    private SumRun(Path example, Path runs, String name, int steps) {
        this.runs = runs;
        this.name = name;
        arguments.add(example.toString());
        set("run.name", name);
        set("run.directory", runs.toString());
        set("trainer.steps", Integer.toString(steps));
        set("trainer.batch", Integer.toString(BATCH));
        set("trainer.checkpointEvery", "4");
        set("rollout.slots", Integer.toString(BATCH));
        set("evaluation.prompts", "16");
        set("evaluation.every", "0");
    }

    /** Likewise of the example that prefers the teacher's responses, with a short warm-up. */
    static SumRun ofPairs(Path runs, String name, int steps) {
        return new SumRun(EXAMPLES.resolve("sum/soda.yaml"), runs, name, steps).set("warmUp.steps", "10");
    }

    /** Likewise of the example in which the student teaches itself. */
    static SumRun ofAdditions(Path runs, String name, int steps) {
        return new SumRun(EXAMPLES.resolve("addition/opsd.yaml"), runs, name, steps);
    }

    SumRun set(String key, String value) {
        arguments.add("--set");
        arguments.add(key + "=" + value);
        return this;
    }

    SumRun on(String bootstrapServers) {
        return set("kafka.local", "false").set("kafka.bootstrapServers", bootstrapServers);
    }

    CoffeyProcess start() {
        return start("run");
    }

    /** Starts another command, of one word or two, with this run's file and settings, and more words after them. */
    CoffeyProcess start(String command, Object... more) {
        return start(command, List.of(), more);
    }

    /** Likewise, with options of the JVM. */
    CoffeyProcess start(String command, List<String> options, Object... more) {
        return start("io.coffey.cli.Coffey", command, options, more);
    }

    /** Likewise, of another main class than the command's. */
    CoffeyProcess start(String mainClass, String command, List<String> options, Object... more) {
        List<String> words = words(command);
        Stream.of(more).map(Object::toString).forEach(words::add);
        return CoffeyProcess.start(runs.resolve(name + "." + command + ".out"), options, mainClass, words);
    }

    /** The words of a command line with this run's file and settings. */
    List<String> words(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(arguments);
        return words;
    }

    /** Runs to the end and returns the summary. */
    JsonObject finish() throws Exception {
        try (CoffeyProcess process = start()) {
            int exitCode = process.await(LIMIT);
            if (exitCode != 0) {
                throw new AssertionError("run " + name + " ended with " + exitCode + ":\n" + process.output());
            }
        }
        return summary();
    }

    JsonObject summary() throws IOException {
        return JsonParser.parseString(Files.readString(directory().resolve("summary.json")))
                .getAsJsonObject();
    }

    Path directory() {
        return runs.resolve(name);
    }

    /** Waits until so many steps are in the metrics file. */
    void awaitSteps(CoffeyProcess process, int steps) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the command ended early:\n" + process.output());
            }
            return metricLines().size() >= steps;
        });
    }

    List<String> metricLines() throws IOException {
        Path metrics = directory().resolve("metrics.jsonl");
        return Files.exists(metrics) ? Files.readAllLines(metrics) : List.of();
    }
}
