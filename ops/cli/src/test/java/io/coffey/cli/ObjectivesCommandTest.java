// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.objective.Objectives;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectivesCommandTest {

    @Test
    void listsEveryObjectiveWithPaperNeedsAndSettings() {
        Answer answer = Answer.to("objectives", "list");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out().lines()).containsAll(Objectives.types());
        assertThat(answer.out())
                .contains("paper: SODA, arXiv 2604.03873", "needs: teacher log-probabilities\n", "  ratioCap: 2.0  (");
    }

    @Test
    void exportsEveryLossAndSaysHowToCallIt(@TempDir Path directory) throws Exception {
        Answer answer = Answer.to("objectives", "export", directory.toString());

        assertThat(answer.exitCode()).isZero();
        for (String type : Objectives.types()) {
            assertThat(Files.readAllBytes(directory.resolve(type + ".pt"))).startsWith('P', 'K');
        }
        assertThat(Files.readString(directory.resolve("README.md")))
                .contains("## preference.pt", "`loss(logits, rows, sequence, ", "- metrics: tokens, loss, reverseKl, ")
                .contains("logits                    [R, V]  the student now");
    }

    @Test
    void exportsOneLossWithSettingsOfItsOwn(@TempDir Path directory) throws Exception {
        Answer answer = Answer.to(
                "objectives",
                "export",
                directory.toString(),
                "--set",
                "objective.type=divergence",
                "--set",
                "objective.direction=forward");

        assertThat(answer.exitCode()).isZero();
        assertThat(directory.resolve("divergence.pt")).exists();
        assertThat(directory.resolve("skew.pt")).doesNotExist();
        assertThat(Files.readString(directory.resolve("README.md"))).contains("direction=forward");
    }

    @Test
    void refusesSettingsThatAreNone(@TempDir Path directory) {
        assertThat(Answer.to("objectives", "export", directory.toString(), "--set", "topK=3"))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(2))
                .satisfies(answer -> assertThat(answer.err())
                        .contains("--set: expected a key that begins with objective., found topK"));
        assertThat(Answer.to("objectives").err()).contains("expected list or export, found none");
    }
}
