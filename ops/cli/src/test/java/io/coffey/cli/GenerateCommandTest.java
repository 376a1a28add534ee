// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GenerateCommandTest {

    private static final String TEACHER = "../../examples/sum/teacher";

    @Test
    void givesTheSameCompletionsForTheSameSeed() {
        Answer first = Answer.to("generate", "--model", TEACHER, "--prompt", "73519=", "--n", "9", "--seed", "3");
        Answer again = Answer.to("generate", "--model", TEACHER, "--prompt", "73519=", "--n", "9", "--seed", "3");
        Answer other = Answer.to("generate", "--model", TEACHER, "--prompt", "73519=", "--n", "9", "--seed", "30");

        assertThat(first.out().lines()).hasSize(9).allMatch(line -> line.contains("+"));
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(other.out()).isNotEqualTo(first.out());
    }

    @Test
    void saysWhenThePromptLeavesNoRoom() {
        Answer answer = Answer.to("generate", "--model", TEACHER, "--prompt", "1", "--max-new-tokens", "100000");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err()).contains("the prompt has 1 tokens", "room for 100000 new ones");
    }
}
