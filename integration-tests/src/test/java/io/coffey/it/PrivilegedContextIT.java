// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.cli.process.CoffeyProcess;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.scorer.context.ContextTemplate;
import io.coffey.stream.Codecs;
import io.coffey.stream.SchemaSource;
import io.coffey.stream.Topics;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A teacher that sees references: the student never does, the scores name them, and a run in lockstep repeats. */
class PrivilegedContextIT extends OnOneBroker {

    private static final int STEPS = 4;
    private static final Path EXAMPLE = Path.of(System.getProperty("coffey.root"), "examples", "addition");

    /** The template of the example's run file. */
    private static final ContextTemplate TEMPLATE = new ContextTemplate("{reference}#{prompt}");

    private final Codecs codecs = new Codecs(SchemaSource.none());

    @Test
    void theStudentNeverSeesAReferenceAndTheScoresNameIt() throws Exception {
        List<String> references = new ArrayList<>();
        Path prompts = promptsWithUnguessable(references);
        run("secret")
                .set("prompts.file", prompts.toString())
                .set("evaluation.verifier", "")
                .finish();
        Observer observer = observer("secret");
        Topics topics = observer.topics();

        try (Tokenizer tokenizer = Tokenizer.load(EXAMPLE.resolve("student"))) {
            NeverShown guarantee = new NeverShown(references, tokenizer);
            for (String topic : List.of(
                    topics.rolloutRequests(),
                    topics.trajectories(),
                    topics.scoredTrajectories(),
                    topics.trainingSteps(),
                    topics.evaluations())) {
                guarantee.check(topic, observer.read(topic));
            }
            // The control: where the references are, they are found.
            assertThatThrownBy(() -> guarantee.check(topics.prompts(), observer.read(topics.prompts())))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("shows a piece of a reference");
        }

        Map<String, String> hashes = observer.read(topics.prompts()).stream()
                .map(record -> codecs.prompts().decode(record.value()))
                .collect(Collectors.toMap(Prompt::id, prompt -> TEMPLATE.hash(String.valueOf(prompt.reference()))));
        List<ScoredTrajectory> scored = observer.read(topics.scoredTrajectories()).stream()
                .map(record -> codecs.scoredTrajectories().decode(record.value()))
                .toList();
        assertThat(scored).hasSizeGreaterThanOrEqualTo(STEPS * SumRun.BATCH).allSatisfy(one -> {
            assertThat(one.failure()).isNull();
            assertThat(one.scores().get(0).contextHash())
                    .isEqualTo(hashes.get(one.trajectory().promptId()))
                    .hasSize(64);
        });
    }

    @Test
    void aTeacherThatFollowsTheStudentRepeatsInLockstepAndIsNamedInTheLedger() throws Exception {
        String average = average("ema").finish().get("weightsDigest").getAsString();
        String live = run("live")
                .set("teacher.weights", "live")
                .finish()
                .get("weightsDigest")
                .getAsString();
        String initial = run("initial").finish().get("weightsDigest").getAsString();
        apartWithTheScorerKilled(average("apart"));

        List<TrainingStep> apart = observer("apart").ledger();
        assertThat(apart.get(STEPS).digestAfter()).isEqualTo(average);
        assertThat(revisions("apart")).isEqualTo(revisions("ema"));
        assertThat(List.of(average, live, initial)).doesNotHaveDuplicates();
        assertThat(revisions("live"))
                .satisfiesExactly(
                        revision -> assertThat(revision).startsWith("version 0: "),
                        revision -> assertThat(revision).startsWith("version 0: "),
                        revision -> assertThat(revision).startsWith("version 1: "),
                        revision -> assertThat(revision).startsWith("version 2: "));
        assertThat(revisions("initial").stream().distinct()).hasSize(1);
    }

    @Test
    void promptsWithoutAReferenceAreRefusedBeforeTheFirstStep() throws Exception {
        Path sums = EXAMPLE.resolveSibling("sum").resolve("prompts.jsonl");

        try (CoffeyProcess process =
                run("bare").set("prompts.file", sums.toString()).start()) {
            assertThat(process.await(SumRun.LIMIT)).isEqualTo(4);
            assertThat(process.output())
                    .contains("prompts.jsonl:1: no reference (prompts.referenceKey), which the teacher is to be shown")
                    .contains("and 11,990 more")
                    .doesNotContain("\tat ");
        }
    }

    /** Runs the services as processes of their own; the scorer dies half-way and another begins late. */
    private static void apartWithTheScorerKilled(SumRun run) throws Exception {
        run.set("scorer.threads", "1").set("rollout.threads", "1");
        try (CoffeyProcess load = run.start("load")) {
            assertThat(load.await(SumRun.LIMIT)).as(load.output()).isZero();
        }
        try (CoffeyProcess rollout = run.start("start rollout");
                CoffeyProcess trainer = run.start("start trainer")) {
            try (CoffeyProcess scorer = run.start("start scorer")) {
                Awaitility.await()
                        .atMost(SumRun.LIMIT)
                        .pollInterval(Duration.ofMillis(100))
                        .failFast(() ->
                                assertThat(scorer.isAlive()).as(scorer.output()).isTrue())
                        .until(() -> observer("apart").ledger().size() > 2);
                scorer.kill();
            }
            try (CoffeyProcess scorer = run.start("start scorer")) {
                assertThat(trainer.await(SumRun.LIMIT)).as(trainer.output()).isZero();
                scorer.terminate();
                assertThat(scorer.await(SumRun.LIMIT)).as(scorer.output()).isZero();
            }
            assertThat(rollout.isAlive()).isTrue();
        }
    }

    private static SumRun average(String name) {
        return run(name).set("teacher.weights", "ema").set("teacher.decay", "0.5");
    }

    private static Observer observer(String name) {
        return new Observer(broker.bootstrapServers(), name);
    }

    private static SumRun run(String name) {
        return SumRun.ofAdditions(directory, name, STEPS).on(broker.bootstrapServers());
    }

    /** What the steps that trained something name as their teacher. */
    private static List<String> revisions(String run) {
        return observer(run).ledger().stream()
                .skip(1)
                .map(TrainingStep::teacherRevisions)
                .map(revisions -> String.valueOf(revisions.get("teacher")))
                .toList();
    }

    /** Prompts with references of 24 random digits, which no student writes by chance. */
    private static Path promptsWithUnguessable(List<String> references) throws Exception {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String reference =
                    random.ints(24, 0, 10).mapToObj(Integer::toString).collect(Collectors.joining());
            references.add(reference);
            lines.add("{\"prompt\": \"%03d+%03d=\", \"reference\": \"%s\"}".formatted(i, 999 - i, reference));
        }
        return Files.write(directory.resolve("secret.jsonl"), lines);
    }
}
