// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.coffey.model.ModelDirectory;
import io.coffey.model.WeightsInitialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

    private static final String CONFIG = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 7, "hidden_size": 8,
             "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
             "max_position_embeddings": 16, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": true,
             "hidden_act": "silu", "eos_token_id": 1}
            """;

    @TempDir
    private Path folder;

    private ModelDirectory model;
    private byte[] weights;
    private CheckpointStore store;

    @BeforeEach
    void openAStore() throws IOException {
        Path student = Files.createDirectory(folder.resolve("student"));
        Files.writeString(student.resolve("config.json"), CONFIG);
        model = ModelDirectory.open(student);
        weights = WeightsInitialization.canonical(model.config(), 3);
        store = new CheckpointStore(folder.resolve("checkpoints"), new StudentFiles.OfWeights(model), "run", 2);
    }

    @Test
    void givesBackTheNewestAtOrBeforeAStep() {
        write(10, 20);

        assertThat(store.newestAtOrBefore(25)).map(Checkpoint::step).contains(20L);
        assertThat(store.newestAtOrBefore(19)).map(Checkpoint::step).contains(10L);
        assertThat(store.newestAtOrBefore(9)).isEmpty();
        assertThat(store.newestAtOrBefore(10)).hasValueSatisfying(checkpoint -> {
            assertThat(checkpoint.weights()).isEqualTo(weights);
            assertThat(checkpoint.optimizerState()).isEqualTo(moments(10));
        });
    }

    @Test
    void keepsAsManyAsAskedFor() throws IOException {
        write(10, 20, 30);

        try (Stream<Path> left = Files.list(folder.resolve("checkpoints"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("step-00000020", "step-00000030");
        }
    }

    @Test
    void passesOverOneThatWasLeftHalfWritten() throws IOException {
        write(10, 20);
        Files.move(checkpoint(20), folder.resolve("checkpoints/step-00000020.tmp"));

        assertThat(store.newestAtOrBefore(25)).map(Checkpoint::step).contains(10L);

        write(20); // over what the crash left behind
        assertThat(store.newestAtOrBefore(25)).map(Checkpoint::step).contains(20L);
    }

    @Test
    void passesOverOneWithAWrongByteAnywhere() throws IOException {
        for (String file : List.of("optimizer.bin", "checkpoint.json", "student/model.safetensors")) {
            write(10, 20);
            flipLastByte(checkpoint(20).resolve(file));

            assertThat(store.newestAtOrBefore(25))
                    .as(file)
                    .map(Checkpoint::step)
                    .contains(10L);
        }
    }

    @Test
    void passesOverOneWithAFileThatIsEmptyOrMissing() throws IOException {
        for (String file : List.of("optimizer.bin", "checkpoint.json", "student/model.safetensors")) {
            write(10, 20);
            Files.write(checkpoint(20).resolve(file), new byte[0]);
            assertThat(store.newestAtOrBefore(25))
                    .as("empty " + file)
                    .map(Checkpoint::step)
                    .contains(10L);

            Files.delete(checkpoint(20).resolve(file));
            assertThat(store.newestAtOrBefore(25))
                    .as("missing " + file)
                    .map(Checkpoint::step)
                    .contains(10L);
        }
    }

    @Test
    void readsNoCheckpointOfAnotherRun() {
        write(10);

        CheckpointStore other =
                new CheckpointStore(folder.resolve("checkpoints"), new StudentFiles.OfWeights(model), "other", 2);

        assertThat(other.newestAtOrBefore(25)).isEmpty();
    }

    private void write(long... steps) {
        for (long step : steps) {
            store.write(new Checkpoint(step, weights, moments(step)));
        }
    }

    private static byte[] moments(long step) {
        return new byte[] {1, 2, (byte) step};
    }

    private Path checkpoint(long step) {
        return folder.resolve("checkpoints").resolve("step-%08d".formatted(step));
    }

    private static void flipLastByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }
}
