// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.selfcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.distillation.objective.Objectives;
import io.coffey.model.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdentityCheckTest {

    private static final IdentityCheck CHECK =
            new IdentityCheck(ModelDirectory.open(Path.of("../../examples/sum/student")));

    static List<Map<String, String>> objectives() {
        return IdentityCheck.objectives();
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void findsNothingToLearnFromOneselfAndMuchFromAStranger(Map<String, String> settings) {
        IdentityCheck.Result result = CHECK.check(settings);

        assertThat(result.loss()).isCloseTo(0, within(1e-5));
        assertThat(result.gradientNorm()).isCloseTo(0, within(1e-5));
        assertThat(result.strangerGradientNorm()).isGreaterThan(0.05); // the least has a tenth of a reverse KL's
        assertThat(result.passed()).isTrue();
    }

    @Test
    void saysWhichTermsItSwitchedOff() {
        assertThat(CHECK.check(Map.of("type", "tsd-kd")).settings())
                .isEqualTo(Map.of("type", "tsd-kd", "rankingWeight", "0", "entropyCoefficient", "0"));
    }

    @Test
    void failsByALossAGradientOrATeacherThatMakesNoDifference() {
        assertThat(new IdentityCheck.Result(Map.of(), 1e-3, 0, 1).passed()).isFalse();
        assertThat(new IdentityCheck.Result(Map.of(), 0, 1e-3, 1).passed()).isFalse();
        assertThat(new IdentityCheck.Result(Map.of(), 0, 0, 1e-3).passed()).isFalse();
        assertThat(new IdentityCheck.Result(Map.of(), Double.NaN, 0, 1).passed())
                .isFalse();
    }

    @Test
    void coversEveryObjectiveAndItsChoices() {
        assertThat(IdentityCheck.objectives().stream().map(settings -> settings.get("type")))
                .containsAll(Objectives.types().stream()
                        .filter(type -> !type.equals("preference"))
                        .toList());
        assertThat(IdentityCheck.objectives()).contains(Map.of("type", "divergence", "direction", "forward"));
    }
}
