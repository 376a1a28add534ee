// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.chaos;

import io.coffey.cli.broker.LocalCluster;
import io.coffey.cli.guarantee.Guarantee;
import io.coffey.cli.guarantee.Guarantees;
import io.coffey.cli.guarantee.NothingTakenBack;
import io.coffey.cli.guarantee.ReplayIsBitExact;
import io.coffey.cli.guarantee.RunReader;
import io.coffey.cli.guarantee.RunRecords;
import io.coffey.cli.guarantee.WeightsNeverTorn;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.cli.report.Console;
import io.coffey.cli.run.RunLog;
import io.coffey.service.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run under fire, from its first step to the verdict. The faults come one after the other, each when the run has gone
 * on after the one before. The run is made as long as the faults take, and then ends in peace.
 */
public final class Chaos {

    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(5);
    private static final Duration END_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final long STEPS_IN_PEACE = 20;

    private final ChaosRun run;
    private final List<Fault> faults;
    private final Duration limit;
    private final Console console;
    private final List<Struck> struck = new ArrayList<>();
    private final List<String> stalls = new ArrayList<>();
    private long began;

    /**
     * A run that has not begun.
     *
     * @param run what is run
     * @param faults what strikes it
     * @param limit no fault begins after so much time
     * @param console told of every fault
     */
    public Chaos(ChaosRun run, List<Fault> faults, Duration limit, Console console) {
        this.run = run;
        this.faults = List.copyOf(faults);
        this.limit = limit;
        this.console = console;
    }

    /** Runs to the end and judges. */
    public Verdict run() throws IOException, InterruptedException {
        try (LocalCluster cluster = new LocalCluster(run.brokers(), run.brokerCount())) {
            console.show("starting %s".formatted(cluster.size() == 1 ? "the broker" : cluster.size() + " brokers"));
            cluster.start();
            List<String> arguments = run.load(cluster.bootstrapServers(), console);
            RunLog log = run.log(cluster.bootstrapServers());
            try (Services services = new Services(run.output(), arguments);
                    Witness witness = new Witness(new RunReader(log, "witness"))) {
                began = System.nanoTime();
                services.startAll(run.services());
                long steps = underFire(cluster, services, witness, log);
                RunRecords seen = witness.finish(END_LIMIT);
                return judge(log, seen, steps);
            }
        }
    }

    /** The faults that struck, in order. */
    public List<Struck> struck() {
        return List.copyOf(struck);
    }

    /** Returns the number of steps that the run was to have in the end. */
    private long underFire(LocalCluster cluster, Services services, Witness witness, RunLog log)
            throws InterruptedException {
        if (witness.awaitStepAfter(0, RECOVERY_LIMIT)) {
            strikeAll(new Striker(cluster, services, witness, new LedgerLeader(log)), services, witness);
        } else {
            stalls.add("no step was committed within %d s of the start".formatted(RECOVERY_LIMIT.toSeconds()));
        }
        return end(services, witness);
    }

    private void strikeAll(Striker striker, Services services, Witness witness) throws InterruptedException {
        console.say(Struck.head());
        for (Fault fault : faults) {
            TimeUnit.MILLISECONDS.sleep(fault.delay().toMillis());
            startFallen(services);
            if (seconds(began) > limit.toSeconds()) {
                stalls.add("%d of %d faults struck within %d s"
                        .formatted(struck.size(), faults.size(), limit.toSeconds()));
                return;
            }
            long step = witness.step();
            double second = seconds(began);
            long moment = System.nanoTime();
            String note = striker.strike(fault, RECOVERY_LIMIT);
            boolean goesOn = witness.awaitStepAfter(witness.step(), RECOVERY_LIMIT);
            double took = goesOn ? seconds(moment) : Double.POSITIVE_INFINITY;
            Struck row = new Struck(struck.size() + 1, fault, second, step, took, note);
            struck.add(row);
            console.say(row.row());
            if (!goesOn) {
                stalls.add("no step was committed within %d s after fault %d"
                        .formatted(RECOVERY_LIMIT.toSeconds(), row.number()));
                return;
            }
        }
    }

    /** A service that ended although nobody struck it is started again, as a supervisor would, and held against it. */
    private void startFallen(Services services) throws InterruptedException {
        for (Target target : services.fallen()) {
            stalls.add("the %s ended by itself before fault %d; its output is in %s"
                    .formatted(
                            target, struck.size() + 1, services.process(target).outputFile()));
            services.start(target);
        }
    }

    /** Lets the run end in peace, and returns the number of steps that it was to have. */
    private long end(Services services, Witness witness) throws InterruptedException {
        console.show("letting the run end");
        startFallen(services);
        stop(services, Target.TRAINER);
        long steps = witness.step() + STEPS_IN_PEACE;
        services.start(Target.TRAINER, ChaosRun.length(steps));
        int exitCode = services.process(Target.TRAINER).await(END_LIMIT);
        if (exitCode != ExitCode.OK) {
            stalls.add("the trainer ended the run with exit code %d; its output is in %s"
                    .formatted(exitCode, services.process(Target.TRAINER).outputFile()));
        }
        for (Target worker : run.services()) {
            if (worker != Target.TRAINER) {
                stop(services, worker);
            }
        }
        return steps;
    }

    private void stop(Services services, Target target) throws InterruptedException {
        CoffeyProcess process = services.process(target);
        process.terminate();
        int exitCode = process.await(STOP_LIMIT);
        if (exitCode != ExitCode.OK) {
            stalls.add("the %s ended with exit code %d when it was asked to; its output is in %s"
                    .formatted(target, exitCode, process.outputFile()));
        }
    }

    private Verdict judge(RunLog log, RunRecords seen, long steps) throws IOException {
        console.show("reading the whole log and training it again");
        try (RunReader reader = new RunReader(log, "judge")) {
            reader.catchUp(END_LIMIT);
            RunRecords records = reader.records();
            List<Guarantee> guarantees = new ArrayList<>(Guarantees.of("a reader afterwards", records, steps));
            guarantees.add(new WeightsNeverTorn("the reader meanwhile", seen.weights()));
            guarantees.add(new NothingTakenBack(seen.checksums(), records.checksums()));
            guarantees.add(new ReplayIsBitExact(
                    () -> run.replay(log), records.ledger(), records.weights().newest(), run.optimizerDigest(steps)));
            guarantees.add(new RunGoesOn(stalls));
            return new Verdict(guarantees);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
