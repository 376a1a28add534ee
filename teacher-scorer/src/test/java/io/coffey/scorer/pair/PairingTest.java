// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.scorer.Trajectories;
import io.coffey.scorer.teacher.Reading;
import io.coffey.scorer.teacher.UnscorableTrajectoryException;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses to the prompt {@code 12=} in the tokens of the example, whose stop token is 1. */
final class PairingTest {

    private static final int STOP = 1;

    private final Tokenizer tokenizer = Tokenizer.load(Path.of("../examples/sum/student"));
    private final Pairing pairing = new Pairing(tokenizer, STOP);
    private final int[] prompt = tokenizer.encode("12=");

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void putsTheTeachersResponseWithAStopTokenBesideTheStudents() {
        Trajectory rejected = answer(FinishReason.STOP, "2+1=3");

        Reading reading = pairing.read(rejected, prompt("1+2=3"));

        assertThat(reading.trajectory()).isSameAs(rejected);
        assertThat(reading.prompt()).containsExactly(prompt);
        Trajectory chosen = chosen(reading);
        assertThat(tokenizer.decode(chosen.tokens())).isEqualTo("1+2=3");
        assertThat(chosen.tokens()).hasSize(6).endsWith(STOP);
        assertThat(chosen.promptTokens()).containsExactly(prompt);
        assertThat(chosen.origin()).isEqualTo(Origin.TEACHER);
        assertThat(chosen.id()).isEqualTo(rejected.id());
    }

    @Test
    void passesOverPairsOfWhichNoneIsToBePreferred() {
        passesOver(answer(FinishReason.LENGTH, "2+1=3"), "1+2=3", "the student's response was cut at its length limit");
        passesOver(answer(FinishReason.STOP, "1+2=3"), "1+2=3", "the student's response is the teacher's");
        passesOver(answer(FinishReason.STOP, ""), "1+2=3", "the student's response is empty");
        passesOver(answer(FinishReason.STOP, "2+1=3"), "", "the teacher's response is empty");
    }

    @Test
    void refusesAPromptWithoutAResponse() {
        assertThatThrownBy(() -> pairing.read(answer(FinishReason.STOP, "2+1=3"), prompt(null)))
                .isInstanceOf(UnscorableTrajectoryException.class)
                .hasMessage("prompt p0 has no response of the teacher to prefer");
    }

    private void passesOver(Trajectory trajectory, String response, String why) {
        assertThatThrownBy(() -> pairing.read(trajectory, prompt(response)))
                .isInstanceOf(PointlessPairException.class)
                .hasMessage("pair passed over: " + why);
    }

    private Trajectory answer(FinishReason reason, String text) {
        int[] whole = tokenizer.encode(text.isEmpty() ? "1" : text + "1");
        whole[whole.length - 1] = STOP;
        return Trajectories.ended(reason, prompt, whole);
    }

    private Prompt prompt(@Nullable String response) {
        return new Prompt("p0", "12=", prompt, null, response, Map.of());
    }

    private static Trajectory chosen(Reading reading) {
        Trajectory chosen = reading.chosen();
        if (chosen == null) {
            throw new AssertionError("nothing is compared");
        }
        return chosen;
    }
}
