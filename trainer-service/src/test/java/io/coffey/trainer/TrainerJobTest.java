// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import java.io.IOException;
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
        Files.writeString(file, "run: {name: test}\nstudent: {model: %s}\n".formatted(STUDENT) + sections + trainer);
        return SettingsLoader.of(TrainerSettings.class)
                .load(file, Map.of(), Map.of())
                .values();
    }
}
