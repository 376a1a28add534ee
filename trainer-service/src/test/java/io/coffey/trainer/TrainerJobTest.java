// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.batch.UntrainableTrajectoryException;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerJobTest {

    /** Its vocabulary has 17 tokens. */
    private static final Path STUDENT = Path.of(System.getProperty("coffey.root"), "examples", "sum", "student");

    @TempDir
    private Path directory;

    @Test
    void refusesProcessedSamplesForAPolicyGradient() throws IOException {
        for (String type : new String[] {"policy-gradient", "eopd, topK: 16"}) {
            refuses(
                    "objective: {type: %s}\nsampling: {topP: 0.9}\n".formatted(type),
                    "needs samples of the student's own distribution: expected sampling.temperature 1, topK 0 and topP 1,"
                            + " found 1.0, 0 and 0.9");
        }
        assertThat(job("objective: {type: divergence, topK: 17}\nsampling: {topP: 0.9}\n")
                        .objective()
                        .policyGradient())
                .isFalse();
    }

    @Test
    void refusesTheTeachersCompletionsForAPolicyGradient() throws IOException {
        refuses(
                "objective: {type: policy-gradient}\nsampling: {origin: teacher}\n",
                "objective policy-gradient weighs tokens that the student sampled: expected sampling.origin student, found"
                        + " teacher");
        for (String direction : new String[] {"forward", "reverse"}) {
            assertThat(job("objective: {type: divergence, topK: 17, direction: %s}\nsampling: {origin: teacher}\n"
                                    .formatted(direction))
                            .origin())
                    .isEqualTo(Origin.TEACHER);
        }
    }

    @Test
    void refusesToReadItself() throws IOException {
        refuses(
                "objective: {type: divergence, topK: 17}\ntrainer: {steps: 1, reads: test}\n",
                "trainer.reads: expected another run, found test itself: give this one a name of its own with --name");
    }

    @Test
    void refusesALadderThatDoesNotAscendToTheLimit() throws IOException {
        refuses(
                "objective: {type: divergence, topK: 17}\nsampling: {maxNewTokens: 24, curriculum: {lengths: [8, 16]}}\n",
                "sampling.curriculum.lengths: expected sampling.maxNewTokens, which is 24, as the last, found 16");
        refuses(
                "objective: {type: divergence, topK: 17}\nsampling: {maxNewTokens: 24, curriculum: {lengths: [16, 8, 24]}}\n",
                "sampling.curriculum.lengths: expected limits in ascending order, found [16, 8, 24]");
    }

    @Test
    void refusesMoreTopTokensThanThereAreTokens() throws IOException {
        refuses(
                "objective: {type: divergence, topK: 18}\n",
                "objective divergence/reverse looks at the 18 likeliest tokens, but the student's vocabulary has 17: set"
                        + " objective.topK to that or less");
        assertThat(job("objective: {type: divergence, topK: 17}\n").objective().name())
                .isEqualTo("divergence/reverse");
    }

    @Test
    void refusesWeightsByAVerdictWithoutAVerifier() throws IOException {
        refuses(
                "objective: {type: policy-gradient}\ntrainer: {steps: 1, weighting: {whenWrong: 2}}\n",
                "trainer.weighting.verifier: expected one of exact-match, running-sum, as whenRight or whenWrong is not 1,"
                        + " found none");
    }

    @Test
    void refusesAFilterBySurpriseOfWhatTheStudentDidNotSample() throws IOException {
        refuses(
                "objective: {type: divergence, topK: 17}\nsampling: {origin: teacher}\ntrainer: {steps: 1, filter:"
                        + " {surprisedShare: 0.5}}\n",
                "trainer.filter: expected surprisedShare 1 with completions that the student did not sample, found 0.5");
        refuses(
                "objective: {type: preference}\ntrainer: {steps: 1, order: snapshot, filter: {confidentShare: 0.5}}\n",
                "trainer.filter: expected shares of 1 with objective preference, whose pairs are compared whole, found 0.5"
                        + " and 1.0");
        assertThat(
                        job("objective: {type: divergence, topK: 17}\nsampling: {origin: teacher}\ntrainer: {steps: 1, filter:"
                                        + " {confidentShare: 0.5, unit: tokens}}\n")
                                .decisiveSettings())
                .containsEntry("trainer.filter.confidentShare", "0.5")
                .containsEntry("trainer.filter.unit", "TOKENS");
        assertThat(job("objective: {type: divergence, topK: 17}\n").decisiveSettings())
                .doesNotContainKey("trainer.filter.unit");
    }

    @Test
    void softensTheTeacherOnlyWhereItsDistributionAddsUpToOne() throws IOException {
        String privacy = "trainer: {steps: 1, privacy: {pattern: '\\d{2,}', temperature: 3}}\n";
        String needed =
                ", which has no teacher's distribution that adds up to one on a support (divergence and opsd with"
                        + " tail bucket or renormalise, skew and taid have), found \"\\d{2,}\"";
        refuses(
                "objective: {type: policy-gradient}\n" + privacy,
                "trainer.privacy.pattern: expected none with objective policy-gradient" + needed);
        refuses(
                "objective: {type: divergence, topK: 17, tail: none}\n" + privacy,
                "trainer.privacy.pattern: expected none with objective divergence/reverse" + needed);
        refuses(
                "objective: {type: divergence, topK: 17}\ntrainer: {steps: 1, privacy: {pattern: '['}}\n",
                "trainer.privacy.pattern: expected a Java regular expression, found \"[\": Unclosed character class at"
                        + " index 0");
        TrainerJob job = job("objective: {type: divergence, topK: 17}\n" + privacy);
        assertThat(job.decisiveSettings())
                .containsEntry("trainer.privacy.pattern", "\\d{2,}")
                .containsEntry("trainer.privacy.temperature", "3.0");
        assertThat(job.softening()).isInstanceOf(PrivateTokens.class);
        TrainerJob off = job("objective: {type: policy-gradient}\ntrainer: {steps: 1, privacy: {temperature: 3}}\n");
        assertThat(off.softening()).isSameAs(Softening.NONE);
        assertThat(off.decisiveSettings()).doesNotContainKey("trainer.privacy.temperature");
    }

    @Test
    void refusesWhatIsNoMixtureOfDistributions() throws IOException {
        refuses(
                "objective: {type: policy-gradient}\nsampling: {origin: mixed}\n",
                "objective policy-gradient weighs tokens that the student sampled: expected sampling.origin student, found"
                        + " mixed");
        refuses(
                "objective: {type: divergence, topK: 17, tail: sampled}\nsampling: {origin: mixed}\n",
                "objective divergence/reverse weighs tokens that the student sampled: expected sampling.origin student,"
                        + " found mixed");
        refuses(
                "objective: {type: divergence, topK: 17}\nsampling: {origin: mixed, temperature: 0.7}\n",
                "sampling.origin mixed mixes distributions as they are: expected sampling.temperature 1, topK 0 and topP 1,"
                        + " found 0.7, 0 and 1.0");
        TrainerJob job = job("objective: {type: divergence, topK: 17}\nsampling: {origin: mixed, studentShare: 0.3}\n");
        assertThat(job.sampling().studentShare()).isEqualTo(0.3f);
        assertThat(job.decisiveSettings())
                .containsEntry("sampling.origin", "MIXED")
                .containsEntry("sampling.studentShare", "0.3");
        assertThat(job("objective: {type: divergence, topK: 17}\nsampling: {studentShare: 0.3}\n")
                        .sampling()
                        .studentShare())
                .as("a share where the student writes alone")
                .isEqualTo(1);
    }

    @Test
    void holdsAResumedRunToItsWeights() throws IOException {
        Map<String, String> decisive = job("objective: {type: policy-gradient}\ntrainer: {steps: 1, weighting:"
                        + " {verifier: running-sum, whenWrong: 2}}\n")
                .decisiveSettings();

        assertThat(decisive)
                .containsEntry("trainer.weighting.verifier", "running-sum")
                .containsEntry("trainer.weighting.whenWrong", "2.0")
                .containsEntry("trainer.weighting.whenRight", "1.0")
                .containsEntry("objective.samples", "1");
    }

    @Test
    void trainsPairsFromTheWarmedUpStudentInASnapshotAndFromNothingElse() throws IOException {
        String pairs = "objective: {type: preference}\n";
        String snapshot = pairs + "trainer: {steps: 1, order: snapshot}\n";
        refuses(pairs, "trainer.order: expected snapshot with objective preference, found lockstep");
        refuses(
                "objective: {type: policy-gradient}\ntrainer: {steps: 1, order: snapshot}\n",
                "trainer.order: expected lockstep, pipelined or async with objective policy-gradient, found snapshot");
        refuses(
                pairs + "trainer: {steps: 1, order: snapshot, lora: {rank: 4}}\n",
                "trainer.lora.rank: expected 0 with objective preference, which trains from a warmed-up student, found 4");
        assertThatThrownBy(() -> job(snapshot))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessageContaining("run test: expected the warmed-up student in ")
                .hasMessageEndingWith("found none: coffey load makes it");
    }

    @Test
    void startsFromTheWarmedUpStudentAndPublishesTheOtherAsVersion0() throws IOException {
        Path warmUp = Files.createDirectories(directory.resolve("runs/test/warm-up"));
        ModelDirectory student = ModelDirectory.open(STUDENT);
        byte[] warm = WeightsInitialization.canonical(student.config(), 5);
        try (Weights weights = Weights.fromBytes(student.config(), ByteBuffer.wrap(warm))) {
            student.save(warmUp, weights);
        }

        TrainerJob job = job("objective: {type: preference}\ntrainer: {steps: 1, order: snapshot}\n");

        assertThat(job.initialWeights()).isEqualTo(warm);
        assertThat(job.decisiveSettings()).containsEntry("warmUp.weights", Weights.digest(warm));
        try (Student opened = LocalStudent.open(job, job.objective().compile(17), Weighting.EVEN);
                Weights initial = student.loadWeights()) {
            assertThat(opened.learned()).isEqualTo(warm);
            assertThat(opened.publication(0).bytes()).isEqualTo(initial.toBytes());
            assertThat(opened.publication(1).bytes()).isEqualTo(warm);
        }
        ScoredTrajectory another = Arrivals.scored(Arrivals.RUN, 0, 0, null);
        assertThatThrownBy(() -> job.requireTrainable(job.objective().compile(17), another))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessageContaining("trajectory 0.0 was scored by revision..., expected the reference %.16s... in "
                        .formatted(Weights.digest(warm)));
    }

    @Test
    void refusesAForkOfItselfAndOneThatReadsNothing() throws IOException {
        refuses(
                "objective: {type: policy-gradient}\ntrainer: {steps: 1, reads: other, fork: {of: test, to: 1}}\n",
                "trainer.fork.of: expected another run, found test itself: give this one a name of its own");
        refuses(
                "objective: {type: policy-gradient}\ntrainer: {steps: 1, fork: {of: parent, to: 1}}\n",
                "trainer.reads: missing, expected the run whose trajectories run parent trained");
        TrainerJob fork = job("""
                objective: {type: policy-gradient}
                trainer: {steps: 9, reads: stream, fork: {of: parent, to: 4}}
                """);
        assertThat(fork.lastStep()).isEqualTo(4);
        assertThat(fork.decisiveSettings())
                .containsEntry("trainer.fork.of", "parent")
                .containsEntry("trainer.fork.to", "4")
                .containsEntry("trainer.reads", "stream");
    }

    private void refuses(String sections, String message) throws IOException {
        TrainerSettings settings = settings(sections);

        assertThatThrownBy(() -> TrainerJob.of(settings))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private TrainerJob job(String sections) throws IOException {
        return TrainerJob.of(settings(sections));
    }

    private TrainerSettings settings(String sections) throws IOException {
        Path file = directory.resolve("run.yaml");
        String trainer = sections.contains("trainer:") ? "" : "trainer: {steps: 1}\n";
        String always = "run: {name: test, directory: %s}\nstudent: {model: %s}\n"
                .formatted(directory.resolve("runs"), STUDENT);
        Files.writeString(file, always + sections + trainer);
        return SettingsLoader.of(TrainerSettings.class)
                .load(file, Map.of(), Map.of())
                .values();
    }
}
