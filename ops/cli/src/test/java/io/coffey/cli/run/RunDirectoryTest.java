// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.service.ExitCode;
import io.coffey.service.RunSection;
import io.coffey.service.UserException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

    @TempDir
    private Path runs;

    @Test
    void isClaimedByOneAtATime() throws Exception {
        RunDirectory directory = directory("sum");
        RunDirectory.Claim claim = directory.claim();

        assertThatThrownBy(directory::claim)
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining("is running this run")
                .hasMessageContaining("--name");

        claim.close();
        directory.claim().close();
    }

    @Test
    void leavesOtherRunsAlone() throws Exception {
        try (RunDirectory.Claim first = directory("one").claim();
                RunDirectory.Claim second = directory("other").claim()) {
            assertThat(first).isNotSameAs(second);
        }
    }

    private RunDirectory directory(String name) {
        return RunDirectory.of(new RunSection() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long seed() {
                return 0;
            }

            @Override
            public Path directory() {
                return runs;
            }
        });
    }
}
