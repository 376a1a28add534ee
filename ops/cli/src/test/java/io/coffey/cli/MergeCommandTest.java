// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter from its training to its use. */
final class MergeCommandTest {

    private static final Path MODEL =
            Path.of(System.getProperty("coffey.shared", "missing"), "models", "toy-sum5-student-sft");

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void examples() throws IOException {
        Assumptions.assumeTrue(Files.exists(MODEL), "no shared test data at " + MODEL);
        Files.writeString(directory.resolve("data.jsonl"), "{\"prompt\": \"1 2\", \"completion\": \"3\"}\n".repeat(4));
        file = directory.resolve("sft.yaml");
        Files.writeString(file, """
                sft: {model: "%s", data: data.jsonl, output: adapter, steps: 3, batch: 2, learningRate: 1.0e-2,
                      lora: {rank: 2, targets: [q_proj, v_proj], merged: merged}}
                """.formatted(MODEL.toAbsolutePath()));
    }

    @Test
    void mergesWhatFineTuningMade() throws IOException {
        Answer trained = Answer.to("sft", file.toString());
        Answer merged = merge(MODEL);
        Answer whole = score("--model", directory.resolve("out").toString());
        Answer adapted = score("--model", MODEL.toString(), "--adapter", adapter());
        Answer base = score("--model", MODEL.toString());

        assertThat(trained.exitCode()).as(trained.err()).isZero();
        assertThat(merged.exitCode()).as(merged.err()).isZero();
        assertThat(directory.resolve("out").resolve("model.safetensors"))
                .hasSameBinaryContentAs(directory.resolve("merged").resolve("model.safetensors"));
        assertThat(adapted.out()).contains("logProbs").isEqualTo(whole.out()).isNotEqualTo(base.out());
    }

    @Test
    void refusesAnAdapterOfAnotherModelInOneLine() {
        Answer.to("sft", file.toString());

        Answer answer = merge(MODEL.resolveSibling("toy-sum5-teacher"));

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err().strip()).startsWith("coffey: ").hasLineCount(1);
    }

    @Test
    void refusesATargetThatTheModelHasNot() {
        Answer answer = Answer.to("sft", file.toString(), "--set", "sft.lora.targets=c_attn");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("sft.lora: targets of an adapter: expected some of down_proj");
    }

    private Answer merge(Path model) {
        String out = directory.resolve("out").toString();
        return Answer.to("merge", "--model", model.toString(), "--adapter", adapter(), "--out", out);
    }

    private String adapter() {
        return directory.resolve("adapter").toString();
    }

    private Answer score(String... model) {
        String[] arguments = new String[model.length + 3];
        arguments[0] = "score";
        System.arraycopy(model, 0, arguments, 1, model.length);
        arguments[model.length + 1] = "--text";
        arguments[model.length + 2] = "1 2";
        return Answer.to(arguments);
    }
}
