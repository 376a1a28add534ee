// SPDX-License-Identifier: Apache-2.0
package io.coffey.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units, by systemd-analyze. */
class SystemdTest {

    @TempDir
    private Path directory;

    @Test
    void areValid() throws Exception {
        Tool answer = verify(UnaryOperator.identity());

        assertThat(answer.exitCode()).as(answer.output()).isZero();
        assertThat(answer.output()).isEmpty();
    }

    @Test
    void aPlantedErrorIsCaught() throws Exception {
        assertThat(verify(text -> text.replace("Restart=on-failure", "Restart=sometimes"))
                        .output())
                .contains("sometimes");
        assertThat(verify(text -> text.replace("TimeoutStopSec", "TimeoutStopSecs"))
                        .output())
                .contains("TimeoutStopSecs");
    }

    /** Verifies all units after a change; the command is not where they say, so something stands in for it. */
    private Tool verify(UnaryOperator<String> change) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("verify"));
        try (Stream<Path> units = Files.list(Manifests.OPS.resolve("systemd"))) {
            for (Path unit : units.filter(file -> file.toString().endsWith(".service"))
                    .sorted()
                    .toList()) {
                Path copy = directory.resolve(unit.getFileName());
                Files.writeString(copy, change.apply(Manifests.text(unit)).replace("/opt/coffey/coffey", "/bin/true"));
                arguments.add(copy.toString());
            }
        }
        return Tool.run(directory, Map.of(), "systemd-analyze", arguments.toArray(String[]::new));
    }
}
