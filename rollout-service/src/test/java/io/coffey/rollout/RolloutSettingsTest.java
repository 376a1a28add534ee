// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.SettingsException;
import io.coffey.service.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutSettingsTest {

    @TempDir
    private Path directory;

    private RolloutSettings load(String rollout) throws Exception {
        Path file = directory.resolve("run.yaml");
        Files.writeString(file, """
                run: {name: sum}
                student: {model: student}
                trainer: {steps: 10}
                rollout: {%s}
                """.formatted(rollout));
        return SettingsLoader.of(RolloutSettings.class)
                .load(file, Map.of(), Map.of())
                .values();
    }

    @Test
    void hasDefaultsForAllOfItsSection() throws Exception {
        RolloutSection settings = load("").rollout();

        assertThat(settings.slots()).isEqualTo(32);
        assertThat(settings.workerId()).isEqualTo("0");
        assertThat(settings.maxQueued()).isEqualTo(512);
        assertThat(settings.pollTimeout()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.commitLinger()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.threads()).isEmpty();
    }

    @Test
    void takesWhatIsWritten() throws Exception {
        RolloutSettings file = load("slots: 64, workerId: b, commitLinger: 1s, threads: 2");

        assertThat(file.rollout().slots()).isEqualTo(64);
        assertThat(file.rollout().workerId()).isEqualTo("b");
        assertThat(file.rollout().commitLinger()).isEqualTo(Duration.ofSeconds(1));
        assertThat(file.rollout().threads()).hasValue(2);
        assertThat(file.student().model()).isEqualTo(directory.resolve("student"));
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> load("slots: 0, workerId: a b"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("rollout.slots")
                .hasMessageContaining("rollout.workerId");
    }
}
