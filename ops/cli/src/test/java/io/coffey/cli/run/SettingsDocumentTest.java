// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.objective.Objectives;
import io.coffey.service.SettingDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference of settings says what the code says. */
class SettingsDocumentTest {

    private static final Path DOCUMENT = Path.of(System.getProperty("coffey.root"), "docs", "settings.md");

    @Test
    void namesEverySettingOfARunFileWithItsDefaultAndNoOther() throws IOException {
        List<String> expected = SettingDescription.of(LocalRunSettings.class).stream()
                .map(setting -> "| `%s` | %s | %s |"
                        .formatted(
                                setting.key(),
                                setting.expected(),
                                setting.required()
                                        ? "required"
                                        : setting.defaultValue().orElse("")))
                .toList();

        assertThat(rows("\\| `[A-Za-z]+\\.[^`]*` .*")).containsExactlyElementsOf(expected);
    }

    @Test
    void namesEverySettingOfEveryObjective() throws IOException {
        List<String> expected = Objectives.types().stream()
                .flatMap(type -> Objectives.settings(type).stream()
                        .map(setting -> "| %s | `%s` | %s |".formatted(type, setting.name(), setting.defaultValue())))
                .toList();

        assertThat(rows("\\| [a-z-]+ \\| `[A-Za-z]+` .*")).containsExactlyElementsOf(expected);
    }

    /** The first three cells of the rows that match. */
    private static List<String> rows(String pattern) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.matches(pattern))
                .map(line -> String.join("|", List.of(line.split("\\|", -1)).subList(0, 4)) + "|")
                .toList();
    }
}
