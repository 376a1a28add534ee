// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coffey.service.LoadedSettings;
import io.coffey.service.SettingsException;
import io.coffey.trainer.SamplingSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSettingsReaderTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum/opd.yaml");

    @TempDir
    private Path directory;

    @Test
    void acceptsTheExample() {
        LocalRunSettings settings = read(Map.of()).values();

        assertThat(settings.run().name()).isEqualTo("sum-opd");
        assertThat(settings.trainer().batch()).isEqualTo(64);
        assertThat(settings.objective()).containsEntry("type", "divergence");
        assertThat(settings.student().model()).isAbsolute().isDirectory();
    }

    @Test
    void reportsWhatDoesNotGoTogether() {
        assertThat(problems(Map.of(
                        "evaluation.verifier", "running-sums",
                        "topics.replication", "3",
                        "sampling.samplesPerPrompt", "7",
                        "student.model", directory.resolve("none").toString())))
                .containsExactlyInAnyOrder(
                        "--set: evaluation.verifier: expected one of exact-match, running-sum, found \"running-sums\"",
                        "--set: topics.replication: expected 1 with a broker of one's own, found 3",
                        "--set: sampling.samplesPerPrompt: expected a divisor of trainer.batch, which is 64, found 7",
                        "--set: student.model: expected a Hugging Face directory, found none at "
                                + directory.resolve("none"));
    }

    @Test
    void asksForASnapshotOfPairsAndOfNothingElse() {
        assertThat(problems(Map.of("trainer.order", "snapshot")))
                .containsExactly(
                        "--set: trainer.order: expected lockstep, pipelined or async with objective divergence/reverse");
        assertThat(problems(
                        EXAMPLE.resolveSibling("soda.yaml"),
                        Map.of("trainer.order", "async", "trainer.lora.rank", "4")))
                .containsExactly(
                        "--set: trainer.order: expected snapshot with objective preference",
                        "--set: trainer.lora.rank: expected 0 with objective preference, which trains from a warmed-up student");
        assertThat(problems(EXAMPLE.resolveSibling("soda.yaml"), Map.of("teacher.weights", "live")))
                .containsExactly(
                        "--set: teacher.weights: expected none: pairs are scored by the student after the warm-up");
    }

    @Test
    void demandsTheStudentsOwnDistributionForAPolicyGradient() throws Exception {
        Path file = Files.writeString(
                directory.resolve("run.yaml"),
                Files.readString(EXAMPLE)
                        .replaceAll("(?s)objective:.*?\n\n", "objective: {type: policy-gradient}\n")
                        .replace("temperature: 1.0", "temperature: 0.7"));

        List<String> problems = problems(
                file,
                Map.of(
                        "student.model", "../../examples/sum/student",
                        "teacher.model", "../../examples/sum/teacher",
                        "prompts.file", "../../examples/sum/prompts.jsonl"));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0))
                .contains("sampling: objective policy-gradient needs samples of the student's own distribution");
    }

    @Test
    void letsTheTeacherWriteOnlyWhatNeedsNoSamplesOfTheStudent() throws Exception {
        Path file = Files.writeString(
                directory.resolve("run.yaml"),
                Files.readString(EXAMPLE).replaceAll("(?s)objective:.*?\n\n", "objective: {type: policy-gradient}\n"));
        Map<String, String> overrides = Map.of(
                "student.model", "../../examples/sum/student",
                "teacher.model", "../../examples/sum/teacher",
                "prompts.file", "../../examples/sum/prompts.jsonl",
                "sampling.origin", "teacher");

        assertThat(problems(file, overrides))
                .containsExactly(
                        "--set: sampling.origin: expected student, because objective policy-gradient weighs tokens that the"
                                + " student sampled, found teacher");
        assertThat(read(Map.of("sampling.origin", "teacher", "objective.direction", "reverse"))
                        .values()
                        .sampling()
                        .origin())
                .isEqualTo(SamplingSection.Prefix.TEACHER);
    }

    @Test
    void letsBothWriteOnlyFromTheirOwnDistributionsAndOnlyWhatNeedsNoSamplesOfTheStudent() {
        assertThat(problems(Map.of("sampling.origin", "mixed", "sampling.topP", "0.9", "objective.tail", "sampled")))
                .containsExactlyInAnyOrder(
                        EXAMPLE
                                + ":24: sampling: objective divergence/reverse needs samples of the student's own distribution:"
                                + " expected temperature 1, topK 0 and topP 1",
                        "--set: sampling.origin: expected student, because objective divergence/reverse weighs tokens that"
                                + " the student sampled, found mixed",
                        EXAMPLE
                                + ":24: sampling: origin mixed mixes distributions as they are: expected temperature 1, topK 0 and"
                                + " topP 1");
        assertThat(read(Map.of("sampling.origin", "mixed", "sampling.studentShare", "0.3"))
                        .values()
                        .sampling()
                        .sampling()
                        .studentShare())
                .isEqualTo(0.3f);
    }

    @Test
    void filtersBySurpriseOnlyWhatTheStudentSampled() {
        assertThat(problems(Map.of("sampling.origin", "teacher", "trainer.filter.surprisedShare", "0.5")))
                .containsExactly(EXAMPLE
                        + ":45: trainer.filter: expected surprisedShare 1 with completions that the student did not"
                        + " sample, found 0.5");
        assertThat(read(Map.of("trainer.filter.surprisedShare", "0.5", "trainer.filter.unit", "tokens"))
                        .values()
                        .trainer()
                        .filter()
                        .filter()
                        .decides())
                .isTrue();
    }

    @Test
    void readsNoOtherRunOnABrokerOfItsOwn() {
        assertThat(problems(Map.of("trainer.reads", "other")))
                .containsExactly(
                        "--set: trainer.reads: expected none with a broker of one's own, which has no other run on it,"
                                + " found other");
    }

    @Test
    void letsNoTeacherWriteThatSeesReferences() {
        assertThat(problems(Map.of("sampling.origin", "teacher", "teacher.context.template", "{prompt} {reference}")))
                .containsExactly(
                        "--set: sampling.origin: expected student, because a teacher of this run sees references or is the"
                                + " student itself, found teacher");
    }

    @Test
    void wantsToKnowTheBrokerWhenItIsNotItsOwn() {
        assertThat(problems(Map.of("kafka.local", "false")))
                .hasSize(1)
                .first()
                .asString()
                .contains("kafka.bootstrapServers: missing, expected host:port");
    }

    @Test
    void writesDownSettingsThatReadAsTheSame() throws Exception {
        LoadedSettings<LocalRunSettings> first = read(Map.of("kafka.properties.linger.ms", "3", "trainer.steps", "20"));
        Path file = Files.writeString(directory.resolve("config.yaml"), ResolvedConfig.yaml(first));

        LoadedSettings<LocalRunSettings> again = RunSettingsReader.read(file, Map.of(), Map.of());

        assertThat(Files.readString(file))
                .contains("trainer:\n", "  steps: \"20\"\n", "  properties.linger.ms: \"3\"\n");
        Map<String, String> expected = new TreeMap<>(first.resolved());
        for (String key : List.of("prompts.file", "run.directory", "student.model", "teacher.model")) {
            expected.put(key, again.resolved().get(key));
        }
        assertThat(again.resolved()).isEqualTo(expected);
        assertThat(again.values().student().model())
                .isEqualTo(first.values().student().model());
    }

    private static LoadedSettings<LocalRunSettings> read(Map<String, String> overrides) {
        return RunSettingsReader.read(EXAMPLE, overrides, Map.of());
    }

    private static List<String> problems(Map<String, String> overrides) {
        return problems(EXAMPLE, overrides);
    }

    private static List<String> problems(Path file, Map<String, String> overrides) {
        return catchThrowableOfType(SettingsException.class, () -> RunSettingsReader.read(file, overrides, Map.of()))
                .problems();
    }
}
