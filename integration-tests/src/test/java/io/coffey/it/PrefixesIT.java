// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TopTokens;
import io.coffey.distillation.trajectory.Trajectory;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on the teacher's text, and runs whose text becomes longer. */
class PrefixesIT extends OnOneBroker {

    private static final int STEPS = 6;

    @ParameterizedTest
    @ValueSource(strings = {"forward", "reverse"})
    void trainsWhatTheTeacherWroteAndRepeatsIt(String direction) throws Exception {
        String name = "teacher-" + direction;
        SumRun run = run(name).set("sampling.origin", "teacher").set("objective.direction", direction);

        JsonObject summary = run.finish();

        Observer observer = new Observer(broker.bootstrapServers(), name);
        List<ScoredTrajectory> scored = observer.scored();
        assertThat(scored).hasSizeGreaterThanOrEqualTo(STEPS * SumRun.BATCH).allSatisfy(record -> {
            assertThat(record.trajectory().origin()).isEqualTo(Origin.TEACHER);
            // The scorer's teacher finds what the rollout worker's teacher found.
            assertThat(record.scores().get(0).logProbs()[0])
                    .isCloseTo(record.trajectory().behaviorLogProbs()[0], within(1e-3f));
        });
        observer.holdToGuarantees(STEPS);
        replays(run, summary);
    }

    @Test
    void trainsWhatBothWroteTogetherAndRepeatsIt() throws Exception {
        SumRun run = run("mixed")
                .set("sampling.origin", "mixed")
                .set("sampling.studentShare", "0.25")
                .set("trainer.maxStaleness", "0");

        JsonObject summary = run.finish();

        Observer observer = new Observer(broker.bootstrapServers(), "mixed");
        List<ScoredTrajectory> scored = observer.scored();
        assertThat(scored).hasSizeGreaterThanOrEqualTo(STEPS * SumRun.BATCH).allSatisfy(record -> {
            Trajectory trajectory = record.trajectory();
            assertThat(trajectory.origin()).isEqualTo(Origin.MIXED);
            assertThat(trajectory.sampling().studentShare()).isEqualTo(0.25f);
            // What the scorer's teacher gives the token and what the student gave it make the mixture.
            double teacher = Math.exp(record.scores().get(0).logProbs()[0]);
            double student = Math.exp(ofStudent(trajectory));
            assertThat((double) trajectory.behaviorLogProbs()[0])
                    .isCloseTo(Math.log(0.25 * student + 0.75 * teacher), within(1e-3));
        });
        observer.holdToGuarantees(STEPS);
        replays(run, summary);
    }

    /** What the student gave the first token: the run's objective has all of its tokens recorded. */
    private static float ofStudent(Trajectory trajectory) {
        TopTokens top = Objects.requireNonNull(trajectory.studentTop());
        return IntStream.range(0, top.k())
                .filter(rank -> top.ids()[rank] == trajectory.tokens()[0])
                .mapToObj(rank -> top.logProbs()[rank])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void climbsTheLadderOfLengthsAlikeInTheRunAndInItsReplay() throws Exception {
        SumRun run = run("ladder")
                .set("sampling.curriculum.lengths", "6,12,24")
                .set("sampling.curriculum.minEntropy", "0.01")
                .set("sampling.curriculum.steps", "1")
                .set("trainer.maxStaleness", "1");

        JsonObject summary = run.finish();

        Observer observer = new Observer(broker.bootstrapServers(), "ladder");
        // A batch of the new limit comes after the one that was in flight when the limit was decided.
        assertThat(observer.ledger())
                .extracting(line -> line.controllers().get("lengthStage"))
                .containsExactly(0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0);
        assertThat(observer.scored())
                .extracting(record -> record.trajectory().sampling().maxNewTokens())
                .contains(6, 12, 24);
        replays(run, summary);
    }

    @Test
    void refusesAPolicyGradientOnTheTeachersTextBeforeTheFirstStep() throws Exception {
        SumRun run = run("refused")
                .set("sampling.origin", "teacher")
                .set("objective.type", "policy-gradient")
                .set("objective.direction", "")
                .set("objective.topK", "");

        try (CoffeyProcess process = run.start()) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(2);
            assertThat(process.output())
                    .contains(
                            "sampling.origin: expected student, because objective policy-gradient weighs tokens that the"
                                    + " student sampled, found teacher")
                    .doesNotContain("\tat ");
        }
    }

    private static void replays(SumRun run, JsonObject summary) throws Exception {
        try (CoffeyProcess replay = run.start("replay")) {
            assertThat(replay.await(SumRun.LIMIT)).as(replay.output()).isZero();
            assertThat(replay.output()).contains(summary.get("weightsDigest").getAsString());
        }
    }

    private static SumRun run(String name) {
        return new SumRun(directory, name, STEPS).on(broker.bootstrapServers());
    }
}
