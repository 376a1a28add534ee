// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoffeyTest {

    @Test
    void listsItsCommands() {
        Answer answer = Answer.to("--help");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out())
                .contains("run ", "sft ", "eval ", "generate ", "score ", "topics ", "status ", "selfcheck ")
                .contains("doctor ", "audit ", "trajectories ", "config ", "completion ");
    }

    @Test
    void tellsItsVersionAndKafkas() {
        assertThat(Answer.to("--version").out()).contains("coffey ", "Kafka 4.3.1", "Java ");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        Answer answer = Answer.to("scoer");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("coffey: Unmatched argument at index 0: 'scoer'", "coffey score");
    }

    @Test
    void saysInOneLineThatAModelIsMissing(@TempDir Path directory) {
        Path missing = directory.resolve("nowhere");

        Answer answer = Answer.to("score", "--model", missing.toString(), "--text", "x");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err().strip()).startsWith("coffey: " + missing).doesNotContain("\n");
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void showsTheStackTraceWhenAsked(@TempDir Path directory) {
        Answer answer = Answer.to(
                "--debug", "score", "--model", directory.resolve("nowhere").toString(), "--text", "x");

        assertThat(answer.err()).contains("\tat io.coffey.");
    }

    @Test
    void reportsAllProblemsOfARunFileAtOnceAndWritesNothing(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("run.yaml"), """
                run: {name: x}
                prompts: {file: prompts.jsonl}
                student: {model: student}
                teacher: {model: teacher}
                objective: {type: divergance}
                trainer: {steps: 20, batchsize: 64}
                """);

        Answer answer = Answer.to("run", file.toString(), "--set", "run.directory=" + directory.resolve("runs"));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err())
                .contains("run.yaml:6: trainer.batchsize: unknown key; did you mean \"batch\"?")
                .contains("run.yaml:5: objective.type: expected one of", "found \"divergance\"");
        assertThat(directory.resolve("runs")).doesNotExist();
    }
}
