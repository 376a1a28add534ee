// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.coffey.distillation.batch.Distributions;
import io.coffey.distillation.batch.Sample;
import io.coffey.distillation.batch.UntrainableTrajectoryException;
import java.util.List;
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
    void trainsNothingThatWasNotScoredUnderAPrivilegedContext() {
        double[][] teacher = {Distributions.log(0.7, 0.2, 0.1)};
        Sample sample = Sample.of(teacher, 1).teacherTop(new int[] {0, 1, 2});
        ObjectiveLoss loss =
                Objectives.create(Map.of("type", "opsd", "topK", "3")).compile(3);

        assertThatThrownBy(() -> loss.batch(List.of(sample.scored(4))))
                .isInstanceOf(UntrainableTrajectoryException.class)
                .hasMessage("trajectory 4.0 has no scores under a privileged context;"
                        + " objective opsd/forward needs them");

        // the controls: a divergence takes it, and under a context so does this
        ObjectiveLoss divergence = Objectives.create(Map.of("type", "divergence", "direction", "forward", "topK", "3"))
                .compile(3);
        assertThat(divergence.batch(List.of(sample.scored(4))).size()).isEqualTo(1);
        assertThat(loss.batch(List.of(sample.context("hash").scored(4))).size()).isEqualTo(1);
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
