// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsLoaderTest {

    @TempDir
    private Path directory;

    private static final String GOOD = """
            run: {name: sum-opd, seed: 7}
            kafka:
              local: true
              bootstrapServers: ""
              properties: {linger.ms: 5, sasl.jaas.config: "user=x password=y", nested: {a: "${env:B}"}}
            objective: {type: divergence, topK: 17}
            scorer: {teachers: 3}
            teacher: {model: models/teacher}
            trainer:
              batch: 64
              learningRate: 1.0e-3
              order: at-least
              delay: 200ms
              tags: [a, b]
            """;

    @Test
    void readsValuesDefaultsAndOpenSections() {
        Settings settings = load(GOOD).values();

        assertThat(settings.run().name()).isEqualTo("sum-opd");
        assertThat(settings.run().seed()).isEqualTo(7);
        assertThat(settings.run().directory()).isEqualTo(Path.of("runs").toAbsolutePath());
        assertThat(settings.teacher().model()).isEqualTo(directory.resolve("models/teacher"));
        assertThat(settings.kafka().bootstrapServers()).isEmpty();
        assertThat(settings.kafka().properties())
                .isEqualTo(Map.of("linger.ms", "5", "sasl.jaas.config", "user=x password=y", "nested.a", "${env:B}"));
        assertThat(settings.objective()).isEqualTo(Map.of("type", "divergence", "topK", "17"));
        assertThat(settings.trainer().batch()).isEqualTo(64);
        assertThat(settings.trainer().learningRate()).isEqualTo(0.001);
        assertThat(settings.trainer().order()).isEqualTo(Order.AT_LEAST);
        assertThat(settings.trainer().delay()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.trainer().tags()).contains(List.of("a", "b"));
    }

    @Test
    void reportsATypoABadValueAndAMissingKeyAtOnce() {
        String text = """
                run:
                  name: x
                teacher: {}
                trainer:
                  batchsize: 64
                  batch: 64
                  learningRate: abc
                """;

        assertThat(problems(text))
                .containsExactly(
                        "run.yaml:5: trainer.batchsize: unknown key; did you mean \"batch\"?",
                        "run.yaml:3: teacher.model: missing, expected a path",
                        "run.yaml:7: trainer.learningRate: expected a number in (0, inf), found \"abc\"");
    }

    @Test
    void namesWhatIsKnownWhereNothingIsNear() {
        assertThat(problems(GOOD + "  zzz: 1\nscorers: {}\nextras: {a: {b: 1}}\n"))
                .containsExactly(
                        "run.yaml:15: trainer.zzz: unknown key; expected one of batch, delay, learningRate, order, tags",
                        "run.yaml:17: extras: unknown section; expected one of evaluation, kafka, metrics, objective, prompts,"
                                + " rollout, run, sampling, scorer, student, teacher, topics, trainer, warmUp",
                        "run.yaml:16: scorers: unknown section; did you mean \"scorer\"?");
    }

    @Test
    void suggestsTheCamelCaseOfADashedKey() {
        assertThat(problems(GOOD.replace("learningRate", "learning-rate")))
                .containsExactly(
                        "run.yaml:11: trainer.learning-rate: unknown key; did you mean \"learningRate\"?",
                        "run.yaml:9: trainer.learningRate: missing, expected a number in (0, inf)");
    }

    @Test
    void refusesValuesOfTheWrongTypeOrRangeInWords() {
        String text = """
                run: {name: "a/b"}
                kafka: {local: yes}
                teacher: {model: t}
                trainer:
                  batch: 0
                  learningRate: .nan
                  order: fast
                  delay: 3 weeks
                """;

        assertThat(problems(text))
                .containsExactly(
                        "run.yaml:2: kafka.local: expected true or false, found \"yes\"",
                        "run.yaml:1: run.name: expected a name of 1 to 100 letters, digits, '_' or '-' that begins"
                                + " with a letter or digit, found \"a/b\"",
                        "run.yaml:5: trainer.batch: expected an integer in [1, inf), found \"0\"",
                        "run.yaml:8: trainer.delay: expected a duration such as 200ms, 30s, 10m, 2h or 7d, found \"3 weeks\"",
                        "run.yaml:6: trainer.learningRate: expected a number in (0, inf), found \".nan\"",
                        "run.yaml:7: trainer.order: expected one of lockstep, at-least, found \"fast\"");
    }

    @Test
    void refusesASectionForAValueAndAValueForASection() {
        assertThat(problems("run: 3\nteacher: {model: {path: x}}\ntrainer: {learningRate: 1}"))
                .containsExactly(
                        "run.yaml:1: run: expected a section, found \"3\"",
                        "run.yaml:2: teacher.model: expected a path, found a section",
                        "run.yaml: run.name: missing, expected a name of 1 to 100 letters, digits, '_' or '-' that"
                                + " begins with a letter or digit",
                        "run.yaml:2: teacher.model: missing, expected a path");
    }

    @Test
    void letsTheEnvironmentWinOverTheFileAndSetOverBoth() {
        Map<String, String> environment = Map.of(
                "COFFEY_TRAINER_LEARNINGRATE", "0.5",
                "COFFEY_TRAINER_BATCH", "128",
                "COFFEY_OBJECTIVE_TOPK", "3",
                "COFFEY_KAFKA_PROPERTIES_CLIENT_RACK", "r1",
                "COFFEY_HOME", "/opt/coffey");

        Settings settings =
                load(GOOD, Map.of("trainer.batch", "256"), environment).values();

        assertThat(settings.trainer().learningRate()).isEqualTo(0.5);
        assertThat(settings.trainer().batch()).isEqualTo(256);
        assertThat(settings.objective()).containsEntry("topK", "3");
        assertThat(settings.kafka().properties()).containsEntry("client.rack", "r1");
    }

    @Test
    void takesSettingsBackToTheirDefaultsWithEmptyOverrides() {
        Settings settings = load(
                        GOOD, Map.of("objective.topK", "", "trainer.tags", ""), Map.of("COFFEY_TRAINER_DELAY", ""))
                .values();

        assertThat(settings.objective()).isEqualTo(Map.of("type", "divergence"));
        assertThat(settings.trainer().tags()).isEmpty();
        assertThat(settings.trainer().delay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(problems(GOOD, Map.of("trainer.bach", ""), Map.of()))
                .containsExactly("--set: trainer.bach: unknown key; did you mean \"batch\"?");
    }

    @Test
    void takesAPathThatIsNotInTheFileFromTheWorkingDirectory() {
        Settings settings = load(
                        GOOD, Map.of("teacher.model", "other"), Map.of("COFFEY_RUN_DIRECTORY", "/var/lib/coffey"))
                .values();

        assertThat(settings.teacher().model()).isEqualTo(Path.of("other").toAbsolutePath());
        assertThat(settings.run().directory()).isEqualTo(Path.of("/var/lib/coffey"));
    }

    @Test
    void namesTheEnvironmentAndSetAsOriginsOfProblems() {
        Map<String, String> environment = Map.of("COFFEY_TRAINER_BATCH_SIZE", "1", "COFFEY_RUN_SEED", "x");

        assertThat(problems(GOOD, Map.of("trainer.order", "x", "trainr.batch", "1"), environment))
                .containsExactlyInAnyOrder(
                        "environment COFFEY_TRAINER_BATCH_SIZE: trainer.batch_size: unknown key; did you mean \"batch\"?",
                        "environment COFFEY_RUN_SEED: run.seed: expected an integer, found \"x\"",
                        "--set: trainr: unknown section; did you mean \"trainer\"?",
                        "--set: trainer.order: expected one of lockstep, at-least, found \"x\"");
    }

    @Test
    void reportsProblemsOfOpenSectionsAndOfSettingsAgainstEachOther() {
        SettingsLoader<Settings> loader = SettingsLoader.of(Settings.class)
                .section(
                        "objective",
                        entries -> List.of(
                                "objective.topK: expected an odd number, found " + entries.get("topK"),
                                "it is a bad one"))
                .check((settings, problems) -> problems.add("trainer.batch", "expected a multiple of 3, found 64"));

        SettingsException thrown =
                catchThrowableOfType(SettingsException.class, () -> loader.load(write(GOOD), Map.of(), Map.of()));

        assertThat(plain(thrown.problems()))
                .containsExactly(
                        "run.yaml:6: objective.topK: expected an odd number, found 17",
                        "run.yaml:6: objective: it is a bad one",
                        "run.yaml:10: trainer.batch: expected a multiple of 3, found 64");
        assertThat(thrown.exitCode()).isEqualTo(2);
    }

    @Test
    void refusesDuplicateKeysBrokenYamlAndMissingFiles() {
        assertThat(problems(GOOD + "  batch: 3\n")).containsExactly("run.yaml:15: trainer.batch: given twice");
        assertThat(problems("run: {name: x\n")).first().asString().startsWith("run.yaml:2: not valid YAML: ");
        assertThat(problems("- a\n")).containsExactly("run.yaml:1: expected sections such as \"run:\", found a list");
        assertThatThrownBy(() ->
                        SettingsLoader.of(Settings.class).load(directory.resolve("absent.yaml"), Map.of(), Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        directory.resolve("absent.yaml") + ": cannot be read: expected a run file, found no such file");
        assertThatThrownBy(() -> SettingsLoader.overrides(List.of("a.b=1", "oops")))
                .hasMessage("--set: expected key=value such as trainer.batch=64, found \"oops\"");
    }

    @Test
    void masksSecretsAndWritesDefaultsInTheResolvedSettings() {
        assertThat(load(GOOD).resolved())
                .containsEntry("kafka.properties.sasl.jaas.config", "***")
                .containsEntry("run.directory", "runs")
                .containsEntry("trainer.delay", "200ms")
                .containsEntry("trainer.learningRate", "0.001")
                .doesNotContainKey("kafka.bootstrapServers");
    }

    @Test
    void tellsWhereEachSettingWasGiven() {
        LoadedSettings<Settings> loaded =
                load(GOOD, Map.of("trainer.batch", "8"), Map.of("COFFEY_TRAINER_LEARNINGRATE", "0.1"));

        assertThat(loaded.origins())
                .containsEntry("trainer.batch", "--set")
                .containsEntry("trainer.learningRate", "environment COFFEY_TRAINER_LEARNINGRATE")
                .containsEntry("objective.topK", directory.resolve("run.yaml") + ":6")
                .doesNotContainKey("run.directory")
                .doesNotContainKey("kafka.bootstrapServers");
    }

    private LoadedSettings<Settings> load(String text) {
        return load(text, Map.of(), Map.of());
    }

    private LoadedSettings<Settings> load(String text, Map<String, String> overrides, Map<String, String> environment) {
        return SettingsLoader.of(Settings.class).load(write(text), overrides, environment);
    }

    private List<String> problems(String text) {
        return problems(text, Map.of(), Map.of());
    }

    private List<String> problems(String text, Map<String, String> overrides, Map<String, String> environment) {
        return plain(catchThrowableOfType(SettingsException.class, () -> load(text, overrides, environment))
                .problems());
    }

    private List<String> plain(List<String> problems) {
        return problems.stream().map(line -> line.replace(directory + "/", "")).toList();
    }

    private Path write(String text) {
        try {
            return Files.writeString(directory.resolve("run.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    enum Order {
        LOCKSTEP,
        AT_LEAST
    }

    interface Trainer {
        @WithDefault("32")
        @Range("[1, inf)")
        int batch();

        @Range("(0, inf)")
        double learningRate();

        @WithDefault("lockstep")
        Order order();

        @WithDefault("1s")
        Duration delay();

        Optional<List<String>> tags();
    }

    @ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
    interface Settings {
        RunSection run();

        KafkaSection kafka();

        Map<String, String> objective();

        ModelSection teacher();

        Trainer trainer();
    }
}
