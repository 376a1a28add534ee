// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.it.FaultyNetwork.Mode;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose network to the broker is cut, hangs and becomes slow keeps every promise and comes to its end. */
class FaultyNetworkIT {

    private static final long SEED = 20261123;
    private static final int STEPS = FaultProfile.isLong() ? 300 : 60;
    private static final List<Mode> MODES = List.of(Mode.CUT, Mode.HANGING, Mode.SLOW);

    @TempDir
    Path directory;

    /**
     * What happens to the network.
     *
     * @param mode how it is
     * @param time for so long
     */
    private record Trouble(Mode mode, Duration time) {}

    @Test
    void goesOnAfterEveryTroubleOfTheNetwork() throws Exception {
        List<Trouble> troubles = troubles();
        try (FaultyNetwork network = new FaultyNetwork();
                LocalBroker broker = broker(network)) {
            broker.start();
            SumRun run = new SumRun(directory, "network", STEPS).on("127.0.0.1:" + network.port());
            try (CoffeyProcess load = run.start("load")) {
                assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
            }
            Observer observer = new Observer(broker.bootstrapServers(), "network");
            try (CoffeyProcess scorer = run.start("start scorer");
                    CoffeyProcess rollout = run.start("start rollout");
                    CoffeyProcess trainer = run.start("start trainer")) {
                for (Trouble trouble : troubles) {
                    awaitStepAfter(observer, trainer, troubles);
                    network.set(trouble.mode());
                    TimeUnit.MILLISECONDS.sleep(trouble.time().toMillis());
                    network.set(Mode.SOUND);
                }
                assertThat(trainer.await(SumRun.LIMIT))
                        .as("%s %s", troubles, trainer.output())
                        .isZero();
                assertThat(scorer.isAlive())
                        .as("%s %s", troubles, scorer.output())
                        .isTrue();
                assertThat(rollout.isAlive())
                        .as("%s %s", troubles, rollout.output())
                        .isTrue();
            }
            assertThat(network.ended()).isPositive();
            observer.holdToGuarantees(STEPS);
        }
    }

    /** Each kind of trouble before any comes again. */
    private static List<Trouble> troubles() {
        Random random = new Random(SEED);
        List<Trouble> troubles = new ArrayList<>();
        int count = FaultProfile.isLong() ? 12 : 3;
        int longest = FaultProfile.isLong() ? 45 : 5;
        for (int i = 0; i < count; i++) {
            troubles.add(new Trouble(MODES.get(i % MODES.size()), Duration.ofSeconds(2 + random.nextInt(longest - 1))));
        }
        return troubles;
    }

    private static void awaitStepAfter(Observer observer, CoffeyProcess trainer, List<Trouble> troubles) {
        int before = observer.ledger().size();
        Awaitility.await()
                .atMost(SumRun.LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> assertThat(trainer.isAlive())
                        .as("%s %s", troubles, trainer.output())
                        .isTrue())
                .until(() -> observer.ledger().size() > before);
    }

    /** A broker that its clients know at the network's port. */
    private LocalBroker broker(FaultyNetwork network) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        network.lead(port);
        return new LocalBroker(new LocalBroker.Settings(
                directory.resolve("broker"),
                port,
                Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + network.port())));
    }
}
