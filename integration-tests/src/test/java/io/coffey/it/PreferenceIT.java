// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.TrainingStep.DropReason;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Semi on-policy black-box distillation: the promises of every run hold for preference pairs, too. */
class PreferenceIT extends OnOneBroker {

    private static final int STEPS = 6;
    private static final int PROMPTS = 500;
    private static final Path ALL_PROMPTS =
            Path.of(System.getProperty("coffey.root"), "examples", "sum", "prompts.jsonl");
    private static final String CUT = "pair passed over: the student's response was cut at its length limit";

    private final Codecs codecs = new Codecs(SchemaSource.none());

    @Test
    void aRunThatIsKilledGoesOnFromItsWarmUpLosesNothingAndRepeats() throws Exception {
        String whole = run("whole").finish().get("weightsDigest").getAsString();
        SumRun killed = run("killed");
        try (CoffeyProcess process = killed.start()) {
            killed.awaitSteps(process, 2);
            process.kill();
        }
        Path weights = killed.directory().resolve("warm-up/model.safetensors");
        FileTime warmedUp = Files.getLastModifiedTime(weights);

        JsonObject summary = killed.finish();

        assertThat(summary.get("weightsDigest").getAsString()).isEqualTo(whole);
        assertThat(Files.getLastModifiedTime(weights)).isEqualTo(warmedUp);
        observer("killed").holdToGuarantees(STEPS);
        try (CoffeyProcess replay = killed.start("replay")) {
            assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isZero();
            assertThat(replay.output())
                    .contains("6 of 6 steps trained again, every digest as the ledger says: " + whole);
        }
    }

    @Test
    void pairsAreOfTheStudentBeforeTrainingAndThoseThatTeachNothingAreNamedInTheLedger() throws Exception {
        // a right response takes 18 to 24 tokens, the stop token included: some of the student's are cut
        run("cut").set("sampling.maxNewTokens", "22").set("trainer.batch", "64").finish();
        Observer observer = observer("cut");
        List<TrainingStep> ledger = observer.ledger();
        List<ScoredTrajectory> scored = observer.read(observer.topics().scoredTrajectories()).stream()
                .map(record -> codecs.scoredTrajectories().decode(record.value()))
                .toList();

        observer.holdToGuarantees(STEPS);
        Map<String, String> failures = scored.stream()
                .filter(ScoredTrajectory::failed)
                .collect(Collectors.toMap(one -> one.trajectory().id(), one -> String.valueOf(one.failure())));
        assertThat(failures).containsValue(CUT);
        assertThat(failures.values()).allMatch(failure -> failure.startsWith("pair passed over: "));
        assertThat(observer.read(observer.topics().deadLetter(observer.topics().trajectories())))
                .isEmpty();
        List<String> dropped = new ArrayList<>();
        ledger.forEach(step -> step.dropped().forEach(drop -> {
            assertThat(drop.reason()).isEqualTo(DropReason.FAILED);
            dropped.add(drop.trajectory());
        }));
        assertThat(failures.keySet()).containsAll(dropped);
        assertThat(dropped).isNotEmpty();

        String warmedUp = ledger.get(0).digestAfter();
        assertThat(ledger.get(0).settings()).containsEntry("warmUp.weights", warmedUp);
        assertThat(scored).filteredOn(one -> !one.failed()).allSatisfy(one -> {
            PreferencePair pair = Objects.requireNonNull(one.pair());
            assertThat(one.trajectory().oldestVersion()).isZero();
            assertThat(one.scores().get(0).revision()).isEqualTo(warmedUp);
            assertThat(pair.chosen()).isNotEqualTo(one.trajectory().tokens());
            assertThat(pair.referenceChosen()).isNegative();
        });
    }

    @Test
    void promptsWithoutAResponseAreRefusedBeforeTheFirstStepWhereNobodyWritesOne() throws Exception {
        try (CoffeyProcess process = run("bare").set("teacher.model", "").start()) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(4);
            assertThat(process.output())
                    .contains("some.jsonl:1: no response of the teacher (prompts.responseKey)")
                    .contains("and 490 more")
                    .doesNotContain("\tat ");
        }
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    /** A run on the first prompts of the example, to which the teacher soon has written. */
    private static SumRun run(String name) throws Exception {
        try (Stream<String> lines = Files.lines(ALL_PROMPTS)) {
            Path some = Files.write(
                    directory.resolve("some.jsonl"), lines.limit(PROMPTS).toList());
            return SumRun.ofPairs(directory, name, STEPS)
                    .on(broker.bootstrapServers())
                    .set("prompts.file", some.toString());
        }
    }
}
