// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.service.Failpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A run whose processes die at named places, again and again, ends as one that was left alone: byte for byte. */
class FailpointsIT extends OnOneBroker {

    private static final long SEED = 20261123;
    private static final int KILLED = 137;
    private static final int STEPS_PER_DEATH = 4;

    private static final int DEATHS = FaultProfile.isLong() ? 20 : 6;
    private static final int STEPS = STEPS_PER_DEATH * (DEATHS + 1);

    /**
     * A death.
     *
     * @param command who dies
     * @param place where, with how often it is reached before
     */
    private record Death(String command, String place) {

        List<String> options() {
            return List.of("-Dcoffey.failpoint=" + place);
        }
    }

    @Test
    void restartsAtRandomFailpointsAreByteIdenticalToTheUninterruptedRun() throws Exception {
        SumRun whole = run("whole");
        String digest = whole.finish().get("weightsDigest").getAsString();
        SumRun interrupted = run("interrupted");
        assertEnds(interrupted.start("load"), 0);
        List<Death> deaths = deaths();

        try (CoffeyProcess scorer = interrupted.start("start scorer");
                CoffeyProcess rollout = interrupted.start("start rollout")) {
            for (Death death : deaths) {
                if (death.command().equals("trainer")) {
                    assertEnds(interrupted.start("start trainer", death.options()), KILLED);
                }
            }
            assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
        }
        for (Death death : deaths) {
            if (!death.command().equals("trainer")) {
                dieAmongOthers(interrupted, death);
            }
        }
        finish(interrupted);

        Observer observer = new Observer(broker.bootstrapServers(), "interrupted");
        observer.holdToGuarantees(STEPS);
        assertThat(observer.ledger().get(STEPS).digestAfter()).as("%s", deaths).isEqualTo(digest);
        assertThat(optimizer(interrupted)).as("%s", deaths).isEqualTo(optimizer(whole));
    }

    /** Every place at most once until all have been: those of the trainer first, then those of its workers. */
    private static List<Death> deaths() {
        Random random = new Random(SEED);
        List<Failpoint> places = new ArrayList<>(Arrays.asList(Failpoint.values()));
        places.remove(Failpoint.SCORE_REQUEST);
        Collections.shuffle(places, random);
        List<Death> deaths = new ArrayList<>();
        for (int i = 0; i < DEATHS; i++) {
            String place = places.get(i % places.size()).place();
            boolean checkpoint = place.contains("checkpoint");
            String command = place.startsWith("trainer") ? "trainer" : random.nextBoolean() ? "scorer" : "rollout";
            deaths.add(new Death(command, place + "@" + (checkpoint ? 1 : 1 + random.nextInt(3))));
        }
        return deaths;
    }

    /** A worker dies while the trainer trains, and the trainer is killed then, too. */
    private static void dieAmongOthers(SumRun run, Death death) throws Exception {
        String other = death.command().equals("scorer") ? "rollout" : "scorer";
        try (CoffeyProcess victim = run.start("start " + death.command(), death.options());
                CoffeyProcess worker = run.start("start " + other);
                CoffeyProcess trainer = run.start("start trainer")) {
            assertEnds(victim, KILLED);
            assertThat(worker.isAlive() && trainer.isAlive())
                    .as(death.toString())
                    .isTrue();
        }
    }

    private static void finish(SumRun run) throws Exception {
        try (CoffeyProcess scorer = run.start("start scorer");
                CoffeyProcess rollout = run.start("start rollout")) {
            assertEnds(run.start("start trainer"), 0);
            assertThat(scorer.isAlive() && rollout.isAlive()).isTrue();
        }
    }

    private static void assertEnds(CoffeyProcess process, int exitCode) throws InterruptedException {
        try (process) {
            assertThat(process.await(Duration.ofMinutes(4)))
                    .as(process.output())
                    .isEqualTo(exitCode);
        }
    }

    /** The optimiser's bytes after the last step: moments and count of steps. */
    private static byte[] optimizer(SumRun run) throws IOException {
        Path checkpoint = run.directory().resolve("checkpoints").resolve("step-%08d".formatted(STEPS));
        return Files.readAllBytes(checkpoint.resolve("optimizer.bin"));
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.checkpointEvery", "2")
                .set("scorer.threads", "1")
                .set("rollout.threads", "1");
    }
}
