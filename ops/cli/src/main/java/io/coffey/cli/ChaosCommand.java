// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.chaos.Chaos;
import io.coffey.cli.chaos.ChaosRun;
import io.coffey.cli.chaos.Fault;
import io.coffey.cli.chaos.Schedule;
import io.coffey.cli.chaos.Struck;
import io.coffey.cli.chaos.Target;
import io.coffey.cli.chaos.Verdict;
import io.coffey.cli.report.Console;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A run whose processes are killed. */
@Command(
        name = "chaos",
        header = "Kill the processes of a run at random moments, and hold it to every promise.",
        description = {
            "Starts brokers, trainer, scorer and rollout worker as processes of their own, strikes one after the other with"
                    + " SIGKILL, starts it again and waits until the run goes on, while a reader of committed records looks"
                    + " on. Then lets the run end, trains it again from its log, and prints which guarantees held.",
            "The run is as long as the faults take: trainer.steps, trainer.schedule and trainer.decayShare are set for it."
                    + " All of it is in runs/NAME. The last line is the verdict; exit code 0 only if every guarantee held, 6"
                    + " if not."
        },
        sortOptions = false)
final class ChaosCommand implements Callable<Integer> {

    private static final Duration LONGEST_DELAY = Duration.ofSeconds(4);

    /** Small steps, so that kills meet many, and checkpoints between them. */
    private static final Map<String, String> SMALL =
            Map.of("trainer.batch", "32", "rollout.slots", "32", "trainer.checkpointEvery", "10");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The run file, in YAML (default: examples/sum/opd.yaml with batches of 32).")
    private @Nullable Path file;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "30",
            description = "SIGKILLs; every target comes before any comes again (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--pauses",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Also so many pauses of nine seconds (SIGSTOP, SIGCONT). A service has a successor when it wakes up, and is"
                        + " to be fenced (default: ${DEFAULT-VALUE})."
            })
    private int pauses;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Decides what is struck, and when (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 3 with three copies of every record (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(
            names = "--leader",
            description = "Kills of a broker strike the one that leads the partition of the ledger.")
    private boolean leader;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Scorers, and rollout workers: 1, or 2 that share the work (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--limit",
            paramLabel = "MINUTES",
            defaultValue = "15",
            description = {
                "No fault begins after so many minutes; a run with fewer faults than asked for did not pass (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private int limit;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over the file and the environment. Repeatable.")
    private final List<String> overrides = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "The run's name (default: chaos-SEED).")
    private @Nullable String name;

    @Override
    public Integer call() throws Exception {
        if (kills < 0
                || pauses < 0
                || kills + pauses == 0
                || limit < 1
                || (brokers != 1 && brokers != 3)
                || workers < 1
                || workers > 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected a fault at least, a limit of 1 or more, 1 or 3 brokers and 1 or 2 workers; found --kills %d --pauses %d --limit %d --brokers %d --workers %d"
                            .formatted(kills, pauses, limit, brokers, workers));
        }
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        List<Fault> faults = faults();
        Chaos chaos = new Chaos(
                new ChaosRun(runFile(), settings(), brokers, workers), faults, Duration.ofMinutes(limit), console);
        // Brokers are deaf to Ctrl-C, and nothing of a run that was given up is worth keeping.
        Runtime.getRuntime().addShutdownHook(new Thread(ChaosCommand::endAll, "end of all"));
        long began = System.nanoTime();
        Verdict verdict = chaos.run();
        verdict.lines().forEach(console::say);
        console.say(line(verdict, chaos.struck(), (System.nanoTime() - began) / 1e9));
        return verdict.kept() ? ExitCode.OK : ExitCode.BROKEN_PROMISE;
    }

    private List<Fault> faults() {
        return Schedule.draw(seed, Target.of(workers), kills, pauses, LONGEST_DELAY).stream()
                .map(fault -> leader && fault.target() == Target.BROKER && fault.kind() == Fault.Kind.KILL
                        ? new Fault(fault.target(), Fault.Kind.KILL_LEADER, fault.delay(), fault.choice())
                        : fault)
                .toList();
    }

    private static void endAll() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    private Path runFile() {
        return file != null ? file : Path.of(System.getProperty("coffey.home", ""), "examples", "sum", "opd.yaml");
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>(file == null ? SMALL : Map.of());
        all.putAll(SettingsLoader.overrides(overrides));
        all.put("run.name", name != null ? name : "chaos-" + seed);
        return all;
    }

    private String line(Verdict verdict, List<Struck> struck, double seconds) {
        long killed = struck.stream()
                .filter(one -> one.fault().kind() != Fault.Kind.PAUSE)
                .count();
        String what =
                String.format(Locale.ROOT, "%d kills and %d pauses in %.0f s", killed, struck.size() - killed, seconds);
        return verdict.kept()
                ? "%s: every guarantee held".formatted(what)
                : "%s: BROKEN: %s (seed %d draws the same faults again)"
                        .formatted(what, String.join(", ", verdict.broken()), seed);
    }
}
