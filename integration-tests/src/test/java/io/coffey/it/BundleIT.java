// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.cli.process.CoffeyProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A run as files: put into another log, with a broker that never saw it, it is trained again to the same bits. */
class BundleIT extends OnOneBroker {

    private static final int STEPS = 6;

    @Test
    void isTrainedAgainToTheSameBitsWhereTheRunWasNeverSeen() throws Exception {
        SumRun run = asynchronous();
        mustEnd(run.start("load"), 0, "run bundled on");
        Observer observer = new Observer(broker.bootstrapServers(), "bundled");
        observer.writeAndAbort(observer.topics().scoredTrajectories(), 0, 3);
        observer.writeAndAbort(observer.topics().scoredTrajectories(), 1, 1);
        JsonObject summary = run.finish();
        Path bundle = directory.resolve("bundle");

        mustEnd(
                asynchronous().set("trainer.beta1", "0.5").start("export-run", "--out", bundle),
                4,
                "run bundled began with other settings: trainer.beta1 was 0.9 and is now 0.5");
        assertThat(bundle).doesNotExist();
        mustEnd(run.start("export-run", "--out", bundle), 0, "run bundled, 6 steps, 96 trained and 0 dropped records");

        mustEnd(
                coffey(
                        "there",
                        "import-run",
                        bundle,
                        "--set",
                        "kafka.bootstrapServers=" + broker.bootstrapServers(),
                        "--set",
                        "run.directory=" + directory.resolve("there")),
                2,
                "already");
        assertThat(directory.resolve("there/bundled.importing")).doesNotExist();
        Path elsewhere = directory.resolve("elsewhere");
        mustEnd(
                coffey("import", "import-run", bundle, "--set", "run.directory=" + elsewhere),
                0,
                "train it again with: coffey replay " + elsewhere.resolve("bundled/config.yaml"));
        mustEnd(
                coffey("replay", "replay", elsewhere.resolve("bundled/config.yaml")),
                0,
                "%d of %d steps trained again, every digest as the ledger says: %s"
                        .formatted(STEPS, STEPS, summary.get("weightsDigest").getAsString()));
        mustEnd(
                coffey(
                        "fork",
                        "replay",
                        elsewhere.resolve("bundled/config.yaml"),
                        "--fork",
                        "steeper",
                        "--set",
                        "trainer.learningRate=0.002"),
                0,
                "run steeper has the 6 steps of run bundled under its own settings");
        mustEnd(
                coffey("fork-replay", "replay", elsewhere.resolve("steeper/config.yaml")),
                0,
                "6 of 6 steps trained again");
        assertThat(elsewhere.resolve("bundled.importing")).doesNotExist();
        assertThat(Files.readString(bundle.resolve("run.yaml")))
                .doesNotContain(directory.toString())
                .doesNotContain("bootstrapServers");
    }

    private static SumRun asynchronous() {
        return new SumRun(directory, "bundled", STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.order", "async")
                .set("trainer.maxStaleness", "2");
    }

    private static CoffeyProcess coffey(String name, Object... words) {
        List<String> arguments = Stream.of(words).map(Object::toString).toList();
        return CoffeyProcess.start(directory.resolve(name + ".out"), arguments);
    }
}
