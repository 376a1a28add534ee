// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.cli.prompts.RunPrompts;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.model.ModelDirectory;
import io.coffey.scorer.context.ContextTemplate;
import io.coffey.scorer.context.PrivilegedContext;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextGainTest {

    private static final Path EXAMPLES = Path.of("../../examples");

    private final ModelDirectory student = ModelDirectory.open(EXAMPLES.resolve("addition/student"));

    @Test
    void saysHowMuchAWorkedSolutionHelpsAModelThatCanUseOne() {
        ContextGain gain = measure("{reference}#{prompt}");

        assertThat(gain.with()).isGreaterThan(-0.05);
        assertThat(gain.without()).isLessThan(-0.08);
        assertThat(gain.line()).startsWith("the teacher gives responses -0.0");
    }

    @Test
    void warnsWhereTheReferenceStandsWhereTheModelCannotUseIt() {
        ContextGain gain = measure("{prompt}#{reference}#");

        assertThat(gain.line())
                .startsWith("warning: the teacher makes nothing of the reference")
                .contains("nats per token with the reference in view");
    }

    @Test
    void countsTheSlightestGainAsNone() {
        assertThat(new ContextGain(-1.0, -0.995).line()).startsWith("warning: ");
        assertThat(new ContextGain(-1.0, -0.98).line())
                .isEqualTo(
                        "the teacher gives responses -0.980 nats per token with the reference in view, -1.000 without");
    }

    private ContextGain measure(String template) {
        List<Prompt> prompts = RunPrompts.split(
                        EXAMPLES.resolve("addition/prompts.jsonl"), student.tokenizer(), 64, 0.05)
                .heldOut();
        return ContextGain.measure(
                student, new PrivilegedContext(new ContextTemplate(template), student.tokenizer()), prompts);
    }
}
