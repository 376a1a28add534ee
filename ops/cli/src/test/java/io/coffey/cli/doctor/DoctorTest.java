// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.access.Role;
import io.coffey.cli.doctor.Finding.State;
import io.coffey.service.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen without a broker. */
class DoctorTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum/opd.yaml");

    private final List<Finding> findings = new ArrayList<>();
    private final Examination examination = new Examination(findings::add, Outcome::of);

    @TempDir
    private Path directory;

    @Test
    void findsTheExampleWell() {
        examine(Map.of());

        assertThat(examination.exitCode()).isZero();
        assertThat(findings)
                .extracting(Finding::check)
                .containsExactly(
                        "settings",
                        "engine",
                        "threads",
                        "student",
                        "teacher",
                        "tokenizers",
                        "prompts",
                        "objective",
                        "disk",
                        "broker",
                        "replication",
                        "access",
                        "topics",
                        "log");
        assertThat(of("broker").message()).startsWith("none yet: coffey run starts one in ");
        assertThat(of("log").state()).isEqualTo(State.SKIPPED);
        assertThat(of("objective").message())
                .startsWith("divergence/reverse: needs ")
                .contains("the student's 17 likeliest tokens");
    }

    @Test
    void goesOnAfterAFailureAndEndsWithTheCodeOfTheFirst() throws Exception {
        Path teacher = Files.createDirectory(directory.resolve("teacher"));

        examine(Map.of("teacher.model", teacher.toString(), "trainer.steps", "5"));

        assertThat(examination.exitCode()).isEqualTo(4);
        assertThat(of("teacher").state()).isEqualTo(State.FAILED);
        assertThat(of("teacher").message()).startsWith("teacher.model: ");
        assertThat(of("tokenizers").state()).isEqualTo(State.SKIPPED);
        assertThat(of("prompts").state()).isEqualTo(State.OK);
    }

    @Test
    void reportsSettingsThatDoNotGoTogetherAndLooksAtTheRest() {
        examine(Map.of("sampling.samplesPerPrompt", "7"));

        assertThat(examination.exitCode()).isEqualTo(2);
        assertThat(of("settings").message()).contains("sampling.samplesPerPrompt: expected a divisor");
        assertThat(of("student").state()).isEqualTo(State.OK);
    }

    @Test
    void saysThatItCannotLookWithoutSettings() {
        examine(Map.of("trainer.steps", "many"));

        assertThat(examination.exitCode()).isEqualTo(2);
        assertThat(findings).extracting(Finding::state).containsExactly(State.FAILED, State.SKIPPED);
    }

    private void examine(Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put("run.directory", directory.resolve("runs").toString());
        new Doctor(examination, EnumSet.allOf(Role.class)).examine(EXAMPLE, all, Map.of());
    }

    private Finding of(String check) {
        return findings.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }
}
