// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.distillation.trajectory.Prompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PromptSequenceTest {

    private static final List<Prompt> PROMPTS = IntStream.range(0, 20)
            .mapToObj(i -> new Prompt("p%02d".formatted(i), "text", new int[] {1}, null, null, Map.of()))
            .toList();

    @Test
    void showsEveryPromptOnceAnEpoch() {
        assertThat(epoch(new PromptSequence(PROMPTS, 7), 3))
                .doesNotHaveDuplicates()
                .hasSize(20);
    }

    @Test
    void ordersEveryEpochAnew() {
        PromptSequence sequence = new PromptSequence(PROMPTS, 7);

        assertThat(epoch(sequence, 1)).isNotEqualTo(epoch(sequence, 0));
    }

    @Test
    void doesNotDependOnTheOrderOfLoadingOrAsking() {
        List<Prompt> reversed = new ArrayList<>(PROMPTS);
        Collections.reverse(reversed);
        PromptSequence other = new PromptSequence(reversed, 7);
        epoch(other, 5);

        assertThat(epoch(other, 0)).isEqualTo(epoch(new PromptSequence(PROMPTS, 7), 0));
    }

    @Test
    void dependsOnTheSeed() {
        assertThat(epoch(new PromptSequence(PROMPTS, 8), 0)).isNotEqualTo(epoch(new PromptSequence(PROMPTS, 7), 0));
    }

    @Test
    void refusesAnEmptyDataSet() {
        assertThatThrownBy(() -> new PromptSequence(List.of(), 7)).hasMessageContaining("the prompts topic is empty");
    }

    private static List<String> epoch(PromptSequence sequence, int epoch) {
        return LongStream.range(epoch * 20L, epoch * 20L + 20)
                .mapToObj(request -> sequence.at(request).id())
                .toList();
    }
}
