// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLinesTest {

    @TempDir
    private Path directory;

    @Test
    void readsTheTextsThatAreAskedForWithTheirPlace() throws IOException {
        Path file =
                write("{\"prompt\": \"1+1=\", \"reference\": \"2\", \"level\": 3}\n\n{\"prompt\": \"\\u00fc\\n\"}\r\n");

        List<JsonLines.Line> lines = JsonLines.read(file, List.of("prompt"), List.of("reference"));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).text("prompt")).isEqualTo("1+1=");
        assertThat(lines.get(0).optionalText("reference")).contains("2");
        assertThat(lines.get(1).text("prompt")).isEqualTo("ü\n");
        assertThat(lines.get(1).optionalText("reference")).isEmpty();
        assertThat(lines.get(1).place()).isEqualTo(file + ":3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"prompt": "a"            | not valid JSON
                    prompt: a                 | not valid JSON
                    {"prompt": "a"}{}         | not valid JSON
                    ["a"]                     | expected a JSON object, found another value in: ["a"]
                    null                      | expected a JSON object
                    {"promt": "a"}            | no "prompt" in: {"promt": "a"}
                    {"prompt": 7}             | "prompt": expected a text in quotation marks, found 7
                    {"prompt": null}          | "prompt": expected a text in quotation marks, found null
                    {"prompt": "a", "reference": []} | "reference": expected a text in quotation marks, found []
                    """)
    void tellsWhereAMalformedLineIsAndWhatWasExpected(String line, String reason) throws IOException {
        Path file = write("{\"prompt\": \"a\"}\n" + line + "\n");

        assertThatThrownBy(() -> JsonLines.read(file, List.of("prompt"), List.of("reference")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    @Test
    void showsTheFormThatWasExpected() throws IOException {
        Path file = write("x");

        assertThatThrownBy(() -> JsonLines.read(file, List.of("prompt", "completion"), List.of()))
                .hasMessageContaining("expected a line such as {\"prompt\": \"...\", \"completion\": \"...\"}: ");
    }

    @Test
    void refusesAFileThatIsMissingOrEmptyOrNoText() throws IOException {
        assertThatThrownBy(() -> JsonLines.read(directory.resolve("none.jsonl"), List.of("prompt"), List.of()))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("none.jsonl: no such file");
        Path empty = write("\n");
        assertThatThrownBy(() -> JsonLines.read(empty, List.of("prompt"), List.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected lines such as");
        Path bytes = Files.write(directory.resolve("bytes.jsonl"), new byte[] {'{', (byte) 0xff, '}'});
        assertThatThrownBy(() -> JsonLines.read(bytes, List.of("prompt"), List.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected text in UTF-8");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("lines.jsonl"), text);
    }
}
