// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OutcomeWeightingTest {

    private static final Tokenizer TOKENIZER =
            Tokenizer.load(Path.of(System.getProperty("coffey.root"), "examples", "sum", "student"));
    private static final Map<String, Prompt> PROMPTS = Map.of("p", prompt("41=", null));

    private record Factors(Optional<String> verifier, double whenRight, double whenWrong, double whenTruncated)
            implements WeightingSection {}

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void weighsByTheVerdictOfTheTasksVerifier() {
        Weighting weighting = new OutcomeWeighting(sums(0.5, 2, 1), PROMPTS, TOKENIZER);

        assertThat(weighting.of(completion("4+1=5", FinishReason.STOP))).isEqualTo(new Weighting.Weight(0.5f, 1));
        assertThat(weighting.of(completion("4+1=6", FinishReason.STOP))).isEqualTo(new Weighting.Weight(2, 0));
    }

    @Test
    void weighsByWhetherItWasCutOffAsWell() {
        Weighting weighting = new OutcomeWeighting(sums(1, 2, 0.25), PROMPTS, TOKENIZER);

        assertThat(weighting.of(completion("4+1=", FinishReason.LENGTH)).factor())
                .isEqualTo(0.5f);
        assertThat(weighting.of(completion("4+1=", FinishReason.STOP)).factor()).isEqualTo(2);
    }

    @Test
    void judgesNothingWithoutAVerifier() {
        Weighting weighting = new OutcomeWeighting(new Factors(Optional.empty(), 1, 1, 0), PROMPTS, TOKENIZER);

        assertThat(weighting.of(completion("4", FinishReason.LENGTH)).factor()).isZero();
        assertThat(weighting.of(completion("4", FinishReason.STOP)).right()).isNaN();
    }

    @Test
    void refusesFactorsOfAVerdictThatNobodyGives() {
        WeightingSection factors = new Factors(Optional.empty(), 1, 2, 1);
        WeightingSection unknown = new Factors(Optional.of("sums"), 1, 2, 1);

        assertThatThrownBy(() -> OutcomeWeighting.requireVerifier(factors))
                .hasMessage("trainer.weighting.verifier: expected one of exact-match, running-sum, as whenRight or"
                        + " whenWrong is not 1, found none");
        assertThatThrownBy(() -> OutcomeWeighting.requireVerifier(unknown))
                .hasMessage("trainer.weighting.verifier: expected one of exact-match, running-sum, found \"sums\"");
    }

    @Test
    void refusesPromptsThatItsVerifierCannotJudgeBeforeAnyCompletion() {
        WeightingSection exact = new Factors(Optional.of("exact-match"), 1, 2, 1);

        assertThatThrownBy(() -> new OutcomeWeighting(exact, PROMPTS, TOKENIZER))
                .hasMessageStartingWith("trainer.weighting.verifier: prompt p cannot be judged")
                .hasMessageContaining("no reference");
        assertThat(new OutcomeWeighting(exact, Map.of("p", prompt("41=", "5")), TOKENIZER)
                        .of(completion("5", FinishReason.STOP)))
                .isEqualTo(new Weighting.Weight(1, 1));
    }

    private static WeightingSection sums(double right, double wrong, double truncated) {
        return new Factors(Optional.of("running-sum"), right, wrong, truncated);
    }

    private static Prompt prompt(String text, @Nullable String reference) {
        return new Prompt("p", text, new int[] {1}, reference, null, Map.of());
    }

    private static Trajectory completion(String text, FinishReason finish) {
        int[] tokens = TOKENIZER.encodePlain(text);
        return new Trajectory(
                "run",
                0,
                0,
                "p",
                new int[] {1},
                tokens,
                new byte[tokens.length],
                new float[tokens.length],
                null,
                List.of(new VersionRun(0, tokens.length)),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 32),
                0,
                finish,
                "tokenizer",
                "worker",
                null,
                null,
                null,
                null);
    }
}
