// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class ObjectivesTest {

    @Test
    void takesDefaultsForWhatIsNotGivenAndSortsByName() {
        Objective objective = Objectives.create(Map.of("type", "divergence"));

        assertThat(objective.name()).isEqualTo("divergence/reverse");
        assertThat(objective.settings())
                .containsExactly(
                        entry("clip", "none"),
                        entry("clipAt", "0.05"),
                        entry("direction", "reverse"),
                        entry("mean", "tokens"),
                        entry("positionFloor", "1.0"),
                        entry("positionMidpoint", "0.3"),
                        entry("positionWidth", "0.1"),
                        entry("reverseWeight", "0.5"),
                        entry("tail", "bucket"),
                        entry("tailLogProb", "-100.0"),
                        entry("tailRatioCap", "2.0"),
                        entry("teacherMixWeight", "0.5"),
                        entry("temperature", "1.0"),
                        entry("topK", "64"),
                        entry("type", "divergence"));
    }

    @Test
    void spellsEqualValuesAlike() {
        Map<String, String> one = Map.of("type", "policy-gradient", "ratioCap", "5", "coefficient", "1e0");
        Map<String, String> other = Map.of("type", "policy-gradient", "ratioCap", " 5.00");

        assertThat(Objectives.create(one).settings())
                .isEqualTo(Objectives.create(other).settings());
    }

    @Test
    void findsAllProblemsAtOnce() {
        Map<String, String> settings = Map.of(
                "type", "divergence", "direction", "sideways", "topK", "900", "teacherMixWeight", "1", "tial", "none");

        assertThat(Objectives.problems(settings))
                .containsExactlyInAnyOrder(
                        "objective.direction: expected one of forward, reverse, jsd, mix, found \"sideways\"",
                        "objective.topK: expected an integer from 1 to 256, found \"900\"",
                        "objective.teacherMixWeight: expected a number strictly between 0 and 1 (the limits are"
                                + " direction forward and direction reverse), found \"1.0\"",
                        "objective.tial: unknown setting of objective divergence; did you mean tail?");
        assertThatThrownBy(() -> Objectives.create(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("direction")
                .hasMessageContaining("tial");
    }

    @Test
    void refusesNumbersThatAreNone() {
        assertThat(Objectives.problems(Map.of("type", "policy-gradient", "coefficient", "NaN")))
                .containsExactly("objective.coefficient: expected a number from 0 to 1000000, found \"NaN\"");
        assertThat(Objectives.problems(Map.of("type", "divergence", "topK", "1.5")))
                .containsExactly("objective.topK: expected an integer from 1 to 256, found \"1.5\"");
    }

    @Test
    void namesTheTypesThereAre() {
        String types = String.join(", ", Objectives.types());

        assertThat(types).contains("adakd, ", "divergence, ", "policy-gradient, ", "taid, ", "tsd-kd");
        assertThat(Objectives.problems(Map.of()))
                .containsExactly("objective.type: expected one of " + types + ", found \"\"");
        assertThat(Objectives.problems(Map.of("type", "divergance")))
                .containsExactly("objective.type: expected one of " + types
                        + ", found \"divergance\"; did you mean divergence?");
    }

    @Test
    void makesAnArchiveOfEveryLossWithItsSettingsAsConstants() throws IOException {
        for (String type : Objectives.types()) {
            ObjectiveLoss loss = Objectives.create(Map.of("type", type)).compile(7);
            Map<String, String> entries = new TreeMap<>();
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(loss.archive()))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                }
            }

            assertThat(entries).containsKeys("m/data.pkl", "m/constants.pkl", "m/version");
            assertThat(entries.get("m/code/__torch__.py"))
                    .contains("def loss(self, " + String.join(": Tensor, ", loss.arguments()) + ": Tensor)")
                    .doesNotContain("${");
        }
        assertThat(Objectives.scriptConventions()).startsWith("Shapes: ").contains("total_tokens");
    }

    @Test
    void saysOfEveryObjectiveItsPaperAndWhatItNeeds() {
        for (String type : Objectives.types()) {
            Objective objective = Objectives.create(Map.of("type", type));

            assertThat(objective.paper()).isNotBlank();
            assertThat(objective.needs().words()).isNotEmpty();
        }
        assertThat(Objectives.create(Map.of("type", "eopd", "samples", "4"))
                        .needs()
                        .words())
                .containsExactly(
                        "teacher log-probabilities",
                        "the teacher's 16 likeliest tokens",
                        "teacher entropies",
                        "3 further tokens at every position");
    }

    @Test
    void saysOfEverySettingWhatItDecides() {
        for (String type : Objectives.types()) {
            assertThat(Objectives.settings(type)).isNotEmpty().allSatisfy(setting -> {
                assertThat(setting.meaning()).isNotBlank();
                assertThat(Objectives.problems(Map.of("type", type, setting.name(), setting.defaultValue())))
                        .isEmpty();
            });
        }
    }
}
