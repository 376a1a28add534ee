// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.compare.Comparison;
import io.coffey.cli.compare.Plan;
import io.coffey.cli.report.Console;
import io.coffey.service.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Several runs side by side. */
@Command(
        name = "compare",
        header = "Make several runs, each with several seeds, and set them side by side.",
        description = {
            "The runs are made one after the other on one broker, as run would make each; all files are checked before the"
                    + " first. Writes objectives.md, a table of accuracy, divergence, tokens and seconds, and objectives.svg,"
                    + " the curves, anew after each run.",
            "Ctrl-C stops it cleanly. Running it again makes only what is missing."
        },
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The run files, in YAML, of one task.")
    private final List<Path> files = new ArrayList<>();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each file, the first with the file's seed (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/benchmarks",
            description = "Where to write (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over every file and the environment, as in trainer.steps=20. Repeatable.")
    private final List<String> overrides = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds: expected 1 or more, found " + seeds);
        }
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        Plan plan = Plan.of(runFiles(console), seeds, SettingsLoader.overrides(overrides), System.getenv());
        Comparison comparison = new Comparison(plan, out, console);
        return CleanStop.during(comparison::run, comparison::requestStop);
    }

    /** Where a shell names all files of a folder there may be some for coffey sft among them. */
    private List<Path> runFiles(Console console) {
        List<Path> runs = new ArrayList<>();
        for (Path file : files) {
            if (SettingsLoader.sections(file).equals(Set.of("sft"))) {
                console.say(file + " is for coffey sft: passed over");
            } else {
                runs.add(file);
            }
        }
        if (runs.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "expected a run file, found none");
        }
        return runs;
    }
}
