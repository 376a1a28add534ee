// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.chaos.Chaos;
import io.coffey.cli.chaos.ChaosRun;
import io.coffey.cli.chaos.Fault;
import io.coffey.cli.chaos.Fault.Kind;
import io.coffey.cli.chaos.Schedule;
import io.coffey.cli.chaos.Target;
import io.coffey.cli.chaos.Verdict;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.cli.report.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs under fire keep every promise, on one broker and on three. */
class ChaosIT {

    private static final long SEED = 20261123;
    private static final Path EXAMPLE = Path.of(System.getProperty("coffey.root"), "examples", "sum", "opd.yaml");

    @TempDir
    Path directory;

    @Test
    void everyGuaranteeHoldsOnThreeBrokersThatDieOneByOneAndAllAtOnceAndAreTakenForDead() throws Exception {
        List<Fault> faults = new ArrayList<>();
        if (FaultProfile.isLong()) {
            faults.addAll(Schedule.draw(SEED, Target.of(2), 24, 8, Duration.ofSeconds(4)));
        }
        faults.add(fault(Target.BROKER, Kind.KILL_LEADER));
        faults.add(fault(Target.ROLLOUT2, Kind.KILL));
        faults.add(fault(Target.BROKER, Kind.PAUSE));
        faults.add(fault(Target.SCORER, Kind.PAUSE));
        faults.add(fault(Target.TRAINER, Kind.PAUSE));
        faults.add(fault(Target.BROKER, Kind.KILL_ALL));
        StringWriter said = new StringWriter();
        Map<String, String> settings = Map.of(
                "run.name",
                "three",
                "run.directory",
                directory.toString(),
                "trainer.batch",
                "16",
                "rollout.slots",
                "16");

        Verdict verdict = new Chaos(
                        new ChaosRun(EXAMPLE, settings, 3, 2),
                        faults,
                        Duration.ofMinutes(60),
                        new Console(new PrintWriter(said), 0))
                .run();

        assertThat(verdict.kept()).as("%s%n%s", said, verdict.lines()).isTrue();
        assertThat(said.toString())
                .containsPattern("broker   kill_leader .* the leader of the ledger, broker [123] of 3")
                .containsPattern("trainer  pause .* woke up as a zombie, was fenced and ended");
    }

    @Test
    void theCommandKillsEveryTargetAndEndsWithItsVerdict() throws Exception {
        String kills = FaultProfile.isLong() ? "30" : "4";
        try (CoffeyProcess chaos = command("--kills", kills, "--limit", "30")) {
            assertThat(chaos.await(Duration.ofMinutes(40))).as(chaos.output()).isZero();
            assertThat(chaos.output())
                    .contains("trainer  kill", "scorer   kill", "rollout  kill", "broker   kill")
                    .contains(kills + " kills and 0 pauses in ")
                    .endsWith(": every guarantee held\n");
        }
        try (CoffeyProcess again = command("--kills", "1")) {
            assertThat(again.await(Duration.ofMinutes(1))).isEqualTo(2);
            assertThat(again.output()).contains("is there: chaos begins a run of its own");
        }
    }

    private CoffeyProcess command(String... options) {
        List<String> words = new ArrayList<>(List.of(
                "chaos",
                EXAMPLE.toString(),
                "--name",
                "one",
                "--seed",
                Long.toString(SEED),
                "--set",
                "run.directory=" + directory,
                "--set",
                "trainer.batch=16"));
        words.addAll(List.of(options));
        return CoffeyProcess.start(directory.resolve("chaos.out"), words);
    }

    private static Fault fault(Target target, Kind kind) {
        return new Fault(target, kind, Duration.ofSeconds(1), 0);
    }
}
