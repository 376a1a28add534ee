// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static io.coffey.it.Ended.mustEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.TrainedRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a run recorded, trained under other settings as a run of its own. */
class ForkIT extends OnOneBroker {

    private static final int STEPS = 6;

    @BeforeAll
    static void recordTheParent() throws Exception {
        parent().finish();
    }

    @Test
    void trainsTheParentsBatchesUnderOtherSettingsAndIsReplayedToo() throws Exception {
        SumRun refused = parent().set("trainer.learningRate", "0.002");
        mustEnd(
                refused.start("replay"),
                4,
                "trainer.learningRate was 0.001 and is now 0.002",
                "coffey replay --fork NAME");

        mustEnd(
                refused.start("replay", "--fork", "steeper", "--to", "4"),
                0,
                "run steeper has the 4 steps of run parent under its own settings");

        List<TrainingStep> ledger = observer("steeper").ledger();
        assertThat(ledger).hasSize(5);
        assertThat(ledger.get(0).settings())
                .containsEntry("trainer.fork.of", "parent")
                .containsEntry("trainer.fork.to", "4")
                .containsEntry("trainer.reads", "parent")
                .containsEntry("trainer.learningRate", "0.002");
        assertThat(records(ledger))
                .isEqualTo(records(observer("parent").ledger()).subList(0, 5));
        assertThat(digests(ledger).get(0))
                .isEqualTo(digests(observer("parent").ledger()).get(0));
        assertThat(digests(ledger).subList(1, 5))
                .doesNotContainAnyElementsOf(digests(observer("parent").ledger()));
        Path config = directory.resolve("steeper/config.yaml");
        mustEnd(
                CoffeyProcess.start(directory.resolve("steeper.out"), List.of("replay", config.toString())),
                0,
                "4 of 4 steps trained again, every digest as the ledger says: "
                        + digests(ledger).get(4));
    }

    @Test
    void aForkThatChangesNothingIsItsParent() throws Exception {
        mustEnd(
                parent().start("replay", "--fork", "same", "--out", directory.resolve("same-student")),
                0,
                "run same has the 6 steps of run parent");

        assertThat(digests(observer("same").ledger()))
                .isEqualTo(digests(observer("parent").ledger()));
        assertThat(directory.resolve("same-student/model.safetensors")).exists();
        mustEnd(
                parent().start("replay", "--fork", "hotter", "--set", "trainer.batch=32"),
                2,
                "run hotter trains what run parent recorded: trainer.batch was 16 and is now 32; put them back");
    }

    private static SumRun parent() {
        return new SumRun(directory, "parent", STEPS)
                .on(broker.bootstrapServers())
                .set("trainer.order", "async")
                .set("trainer.maxStaleness", "2");
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    private static List<String> digests(List<TrainingStep> ledger) {
        return ledger.stream().map(TrainingStep::digestAfter).toList();
    }

    private static List<List<TrainedRecord>> records(List<TrainingStep> ledger) {
        return ledger.stream().map(TrainingStep::trained).toList();
    }
}
