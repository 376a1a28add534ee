// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compose file, by docker-compose. */
class ComposeTest {

    @TempDir
    private Path directory;

    @Test
    void isValid() throws Exception {
        Tool answer = config(text());

        assertThat(answer.exitCode()).as(answer.output()).isZero();
    }

    @Test
    void aPlantedErrorIsCaught() throws Exception {
        assertThat(text()).contains("    ports:");

        Tool answer = config(text().replace("    ports:", "    portss:"));

        assertThat(answer.exitCode()).isNotZero();
        assertThat(answer.output()).contains("portss");
    }

    private static String text() {
        return Manifests.text(Manifests.OPS.resolve("compose").resolve("compose.yaml"));
    }

    private Tool config(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("compose.yaml"), text);
        return Tool.run(directory, Map.of(), "docker-compose", "-f", file.toString(), "config", "-q");
    }
}
