// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.cli.process.CoffeyProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run trained again from its log, and what is said when the log or the settings are no longer what they were. */
class ReplayIT {

    private static final int STEPS = 8;

    @TempDir
    static Path directory;

    @Test
    void repeatsAnAsynchronousRunAndFindsAChangedByte() throws Exception {
        SumRun run = new SumRun(directory, "async", STEPS)
                .set("trainer.order", "async")
                .set("trainer.maxStaleness", "2");
        JsonObject summary = run.finish();

        assertReplay(
                run,
                0,
                "8 of 8 steps trained again, every digest as the ledger says: "
                        + summary.get("weightsDigest").getAsString());
        assertReplay(
                new SumRun(directory, "async", STEPS)
                        .set("trainer.order", "async")
                        .set("trainer.maxStaleness", "2")
                        .set("trainer.beta1", "0.5"),
                4,
                "trainer.beta1 was 0.9 and is now 0.5");

        flipAByteOfTheLog(run.directory(), "async.scored-trajectories-0");
        assertReplay(
                run,
                4,
                "a scored record was changed after it was written",
                "step ",
                "async.scored-trajectories-0 at offset ");
    }

    private static void assertReplay(SumRun run, int exitCode, String... messages) throws Exception {
        try (CoffeyProcess replay = run.start("replay")) {
            assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isEqualTo(exitCode);
            assertThat(replay.output()).contains(messages).doesNotContain("\tat ");
        }
    }

    /** In the middle of the partition's first segment, on the disk of the broker, which does not run. */
    private static void flipAByteOfTheLog(Path run, String partition) throws IOException {
        try (Stream<Path> files = Files.walk(run.resolve("broker"))) {
            Path segment = files.filter(file -> file.endsWith(Path.of(partition, "00000000000000000000.log")))
                    .findFirst()
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                long middle = file.length() / 2;
                file.seek(middle);
                int before = file.read();
                file.seek(middle);
                file.write(before ^ 1);
            }
        }
    }
}
