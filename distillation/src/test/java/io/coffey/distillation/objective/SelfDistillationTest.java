// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfDistillationTest {

    @Test
    void isADivergenceWithThePapersDefaultsFromATeacherThatSeesMore() {
        Objective objective = Objectives.create(Map.of("type", "opsd"));
        Objective divergence = Objectives.create(
                Map.of("type", "divergence", "direction", "forward", "clip", "vocabulary", "mean", "sequences"));

        assertThat(objective.name()).isEqualTo("opsd/forward");
        assertThat(objective.settings())
                .containsEntry("type", "opsd")
                .containsEntry("direction", "forward")
                .containsEntry("clip", "vocabulary")
                .containsEntry("clipAt", "0.05")
                .containsEntry("mean", "sequences");
        assertThat(objective.needs()).isEqualTo(divergence.needs().withContext());
        assertThat(divergence.needs().context()).isFalse();
        assertThat(objective.policyGradient()).isFalse();
    }

    @Test
    void takesOtherSettingsThanThePapers() {
        Objective objective = Objectives.create(Map.of("type", "opsd", "direction", "jsd", "clip", "none"));

        assertThat(objective.name()).isEqualTo("opsd/jsd");
        assertThat(objective.settings()).containsEntry("clip", "none");
        assertThat(objective.needs().studentTopK()).isEqualTo(64);
        assertThat(Objectives.settings("divergence"))
                .extracting(Setting::name, Setting::defaultValue)
                .contains(tuple("direction", "reverse"));
    }
}
