// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;

import io.coffey.cli.broker.LocalBroker;
import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room ends a run in one line, loses nothing, and the same command goes on once there is room. */
class FullDiskIT {

    private static final int STEPS = 10;

    @TempDir
    Path directory;

    @Test
    void theRunGoesOnFromTheCheckpointBeforeTheOneThatFoundNoRoom() throws Exception {
        SumRun run = run("checkpoints");
        try (SmallDisk disk = SmallDisk.in(run.directory().resolve("checkpoints"), 2)) {
            mustEnd(
                    run.start(),
                    4,
                    "the trainer stopped the run: checkpoint ",
                    "step-00000008 cannot be written: ",
                    "No space left on device; free space or make the directory writable, the run resumes from the one"
                            + " before");

            disk.resize(32);
            run.finish();
        }
        holdsToGuarantees(run, "checkpoints");
    }

    @Test
    void theRunGoesOnOnceItsBrokerHasRoomAgain() throws Exception {
        SumRun run = run("log");
        try (SmallDisk disk = SmallDisk.in(run.directory().resolve("broker").resolve("data"), 64)) {
            try (CoffeyProcess process = run.start()) {
                run.awaitSteps(process, 3);
                disk.fill();
                mustEnd(process, 3, "the disk of the local broker is full");
            }
            disk.resize(256);
            run.finish();
            holdsToGuarantees(run, "log");
        }
    }

    private static void holdsToGuarantees(SumRun run, String name) {
        try (LocalBroker broker =
                new LocalBroker(LocalBroker.Settings.in(run.directory().resolve("broker")))) {
            broker.start();
            new Observer(broker.bootstrapServers(), name).holdToGuarantees(STEPS);
        }
    }

    private SumRun run(String name) {
        return new SumRun(directory, name, STEPS);
    }
}
