// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coffey.cli.report.Metrics;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.scoring.SequenceScorer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum");
    private static final ModelDirectory STUDENT = ModelDirectory.open(EXAMPLE.resolve("student"));
    private static final ModelDirectory TEACHER = ModelDirectory.open(EXAMPLE.resolve("teacher"));

    @Test
    void seesThatTheTeacherIsBetterThanTheStudent() {
        Map<String, Double> student = evaluate(STUDENT, 7);
        Map<String, Double> teacher = evaluate(TEACHER, 7);

        assertThat(teacher.get(Metrics.ACCURACY_GREEDY)).isGreaterThan(0.9);
        assertThat(student.get(Metrics.ACCURACY_GREEDY)).isLessThan(0.6);
        assertThat(teacher.get(Metrics.ACCURACY_SAMPLED)).isLessThanOrEqualTo(1);
        assertThat(student.get(Metrics.REVERSE_KL)).isGreaterThan(0.1);
        assertThat(teacher.get(Metrics.REVERSE_KL)).isCloseTo(0, within(1e-6));
    }

    @Test
    void repeatsItself() {
        assertThat(evaluate(STUDENT, 7)).isEqualTo(evaluate(STUDENT, 7));
        assertThat(evaluate(STUDENT, 7)).isNotEqualTo(evaluate(STUDENT, 8));
    }

    @Test
    void sumsTheDivergenceOverAWholeVocabulary() {
        float[] student = logs(0.5, 0.25, 0.25);
        float[] teacher = logs(0.25, 0.5, 0.25);

        // 0.5 ln 2 - 0.25 ln 2
        assertThat(Divergence.reverseKl(student, teacher, 0, 3, true)).isCloseTo(0.1732868, within(1e-6));
    }

    @Test
    void countsTheTokensOutsideItsSupportAsOne() {
        float[] student = logs(0.5, 0.25);
        float[] teacher = logs(0.25, 0.25);

        // 0.5 ln 2 + 0.25 ln (0.25 / 0.5)
        assertThat(Divergence.reverseKl(student, teacher, 0, 2, false)).isCloseTo(0.1732868, within(1e-6));
    }

    private static Map<String, Double> evaluate(ModelDirectory model, long seed) {
        List<Prompt> prompts = IntStream.range(0, 70)
                .mapToObj(i -> (11_111 + 1234 * i) + "=")
                .map(text -> text.replace('0', '5'))
                .map(text -> new Prompt(text, text, STUDENT.tokenizer().encode(text), null, null, Map.of()))
                .toList();
        Evaluator.Settings settings = new Evaluator.Settings(24, seed, Verifiers.named("running-sum"));
        SequenceScorer teacher = new SequenceScorer(new Decoder(TEACHER.config()), TEACHER.loadWeights(), 2048);
        try (Evaluator evaluator = new Evaluator(
                new Decoder(model.config()), STUDENT.tokenizer(), settings, prompts, teacher, Prompt::tokens)) {
            return evaluator.evaluate(model.loadWeights());
        }
    }

    private static float[] logs(double... values) {
        float[] logs = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            logs[i] = (float) Math.log(values[i]);
        }
        return logs;
    }
}
