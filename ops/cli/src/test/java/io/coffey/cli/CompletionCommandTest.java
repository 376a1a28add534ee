// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {

    @TempDir
    private Path directory;

    @Test
    void completesCommandsAndOptionsInBash() throws Exception {
        Answer answer = Answer.to("completion");

        assertThat(answer.exitCode()).isZero();
        Path script = Files.writeString(directory.resolve("completion"), answer.out());
        assertThat(completed(script, "coffey", "doc")).isEqualTo("doctor");
        assertThat(completed(script, "coffey", "audit", "--js")).isEqualTo("--json");
    }

    /** What bash makes of the last word; compopt says on standard error that nobody pressed a key. */
    private static String completed(Path script, String... words) throws Exception {
        String line = "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_coffey; echo \"${COMPREPLY[*]}\""
                .formatted(script, String.join(" ", words), words.length - 1);
        Process bash = new ProcessBuilder("bash", "-c", line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output.strip();
    }
}
