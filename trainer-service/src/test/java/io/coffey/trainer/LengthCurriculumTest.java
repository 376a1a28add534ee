// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LengthCurriculumTest {

    private static final List<Integer> LADDER = List.of(128, 512, 2048, 4096);

    @Test
    void climbsWhileTheStudentIsUndecidedAndStopsForGood() {
        LengthCurriculum curriculum = new LengthCurriculum(LADDER, 0.3, 1);

        assertThat(limits(curriculum, 0.9, 0.7, 0.2, 5.0)).containsExactly(128, 512, 2048, 2048, 2048);
    }

    @Test
    void staysAtTheTop() {
        LengthCurriculum curriculum = new LengthCurriculum(LADDER, 0.3, 1);

        assertThat(limits(curriculum, 0.3, 0.3, 0.3, 0.1)).containsExactly(128, 512, 2048, 4096, 4096);
    }

    @Test
    void decidesByTheMeanOverItsSteps() {
        LengthCurriculum curriculum = new LengthCurriculum(LADDER, 0.3, 2);

        assertThat(limits(curriculum, 0.1, 0.5, 0.1, 0.4)).containsExactly(128, 128, 512, 512, 512);
        assertThat(limits(curriculum, 0.1, 0.4)).containsExactly(128, 128, 128);
    }

    @Test
    void carriesNothingWithASingleLimit() {
        LengthCurriculum curriculum = new LengthCurriculum(List.of(24), 0.3, 1);

        assertThat(curriculum.initial()).isEmpty();
        assertThat(curriculum.next(Map.of(), Map.of("studentEntropy", 0.9), 0)).isEmpty();
        assertThat(curriculum.maxNewTokens(Map.of())).isEqualTo(24);
    }

    @Test
    void isDecidedAtDispatch() {
        LengthCurriculum curriculum = new LengthCurriculum(LADDER, 0.3, 1);
        Prompt prompt = new Prompt("p", "1+1=", new int[] {1}, null, null, Map.of());
        Dispatcher dispatcher = new Dispatcher(
                "run",
                7,
                new Pace(Order.LOCKSTEP, 1, 1, 0, 1),
                new PromptSequence(List.of(prompt), 7),
                Origin.STUDENT,
                new Sampling(1, 0, 1, 4096),
                curriculum,
                Objectives.create(Map.of("type", "divergence")).needs(),
                "tokenizer");

        assertThat(dispatcher.requests(0, 2, 0, Map.of("lengthStage", 2.0)))
                .extracting(RolloutRequest::sampling)
                .extracting(Sampling::maxNewTokens)
                .containsExactly(2048, 2048);
    }

    /** The limit at first and after each entropy. */
    private static List<Integer> limits(LengthCurriculum curriculum, double... entropies) {
        Map<String, Double> state = curriculum.initial();
        List<Integer> limits = new ArrayList<>(List.of(curriculum.maxNewTokens(state)));
        for (double entropy : entropies) {
            state = curriculum.next(state, Map.of("studentEntropy", entropy), 0);
            limits.add(curriculum.maxNewTokens(state));
        }
        return limits;
    }
}
