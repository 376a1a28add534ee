// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentRunTest {

    private static final Path STUDENT = Path.of(System.getProperty("coffey.root"), "examples", "sum", "student");

    @TempDir
    private Path directory;

    @Test
    void saysWhatMakesARunItsFork() throws Exception {
        ParentRun parent = parent("steps: 3");

        assertThat(parent.settings("other", Long.MAX_VALUE))
                .isEqualTo(Map.of(
                        "run.name", "other",
                        "trainer.reads", "parent",
                        "trainer.fork.of", "parent",
                        "trainer.fork.to", "3"));
        assertThat(parent.settings("other", 2)).containsEntry("trainer.fork.to", "2");
    }

    @Test
    void aForkOfAReaderReadsWhatTheReaderReads() throws Exception {
        assertThat(parent("steps: 3, reads: stream").settings("other", 3)).containsEntry("trainer.reads", "stream");
    }

    @Test
    void givesTheLinesUpToTheLastStepOfTheFork() throws Exception {
        List<TrainingStep> lines =
                parent("steps: 3").linesFor(fork("steps: 3, learningRate: 1, fork: {of: parent, to: 2}"));

        assertThat(lines).extracting(TrainingStep::step).containsExactly(0L, 1L, 2L);
    }

    @Test
    void refusesOtherSettingsOfWhatIsRecordedAlready() throws Exception {
        refuses(
                "steps: 3, batch: 32, fork: {of: parent, to: 2}",
                "run fork trains what run parent recorded: trainer.batch was 64 and is now 32; put them back");
        refuses("steps: 3, order: async, fork: {of: parent, to: 2}", "trainer.order was LOCKSTEP and is now ASYNC");
    }

    @Test
    void refusesAStepThatTheParentHasNot() throws Exception {
        refuses(
                "steps: 9, fork: {of: parent, to: 4}",
                "trainer.fork.to: expected a step of run parent, 1 to 3, found 4");
        refuses("steps: 9, fork: {of: parent}", "expected a step of run parent, 1 to 3, found 0");
    }

    @Test
    void refusesAnotherStreamThanTheParentTrainedFrom() throws Exception {
        ParentRun parent = parent("steps: 3, reads: stream");

        assertThatThrownBy(() -> parent.linesFor(fork("steps: 3, fork: {of: parent, to: 2}")))
                .isInstanceOf(UserException.class)
                .hasMessage("trainer.reads: expected stream, from which run parent trained, found parent");
    }

    @Test
    void aRunThatTrainedNothingIsNoParent() {
        assertThatThrownBy(() -> ParentRun.of("parent", List.of()))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessage("run parent has trained no step yet: nothing to fork");
    }

    private void refuses(String trainer, String message) throws IOException {
        ParentRun parent = parent("steps: 3");
        TrainerJob fork = fork(trainer);

        assertThatThrownBy(() -> parent.linesFor(fork))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(message);
    }

    private ParentRun parent(String trainer) throws IOException {
        Map<String, String> settings = job("parent", trainer).decisiveSettings();
        return ParentRun.of(
                "parent",
                LongStream.range(0, 4)
                        .mapToObj(step -> line(step, step == 0 ? settings : Map.of()))
                        .toList());
    }

    private TrainerJob fork(String trainer) throws IOException {
        return job("fork", "reads: parent, " + trainer);
    }

    private TrainerJob job(String name, String trainer) throws IOException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(
                file,
                "run: {name: %s}\nstudent: {model: %s}\nobjective: {type: policy-gradient}\ntrainer: {%s}\n"
                        .formatted(name, STUDENT, trainer));
        return TrainerJob.of(SettingsLoader.of(TrainerSettings.class)
                .load(file, Map.of(), Map.of())
                .values());
    }

    private static TrainingStep line(long step, Map<String, String> settings) {
        return new TrainingStep(
                "parent",
                step,
                Math.max(0, step - 1),
                step,
                List.of(),
                List.of(),
                Map.of(),
                0,
                "policy-gradient",
                "hash",
                0,
                Map.of(),
                "before",
                "after",
                Map.of(),
                Map.of(),
                new TreeMap<>(settings),
                Map.of());
    }
}
