// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelDirectoryTest {

    private static final String CONFIG = """
            {"architectures": ["LlamaForCausalLM"], "vocab_size": 5, "hidden_size": 4, "intermediate_size": 6,
             "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
             "max_position_embeddings": 16, "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "eos_token_id": 1,
             "torch_dtype": "bfloat16"}
            """;

    private static final String TOKENIZER = """
            {"version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null,
             "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
             "decoder": {"type": "Fuse"},
             "model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "b": 1, "c": %d}}}
            """;

    @TempDir
    private Path directory;

    private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();

    @BeforeEach
    void writeAModel() throws IOException {
        Files.writeString(directory.resolve("config.json"), CONFIG);
        Files.writeString(directory.resolve("tokenizer.json"), TOKENIZER.formatted(4));
        String layer = "model.layers.0.";
        tensor(layer + "self_attn.v_proj.weight", 2, 4);
        tensor(layer + "self_attn.q_proj.weight", 4, 4);
        tensor(layer + "self_attn.k_proj.weight", 2, 4);
        tensor(layer + "self_attn.o_proj.weight", 4, 4);
        tensor(layer + "mlp.up_proj.weight", 6, 4);
        tensor(layer + "mlp.gate_proj.weight", 6, 4);
        tensor(layer + "mlp.down_proj.weight", 4, 6);
        tensor(layer + "input_layernorm.weight", 4);
        tensor(layer + "post_attention_layernorm.weight", 4);
        tensor("model.norm.weight", 4);
        tensor("model.embed_tokens.weight", 5, 4);
        writeWeights();
    }

    @Test
    void bringsTheTensorsIntoTheOrderOfTheLayout() {
        try (Weights weights = ModelDirectory.open(directory).loadWeights()) {
            float[] queryKeyValue = weights.tensors().get(2).floatArray();
            assertThat(queryKeyValue).hasSize(8 * 4);
            assertThat(queryKeyValue[0]).isEqualTo(first("model.layers.0.self_attn.q_proj.weight"));
            assertThat(queryKeyValue[4 * 4]).isEqualTo(first("model.layers.0.self_attn.k_proj.weight"));
            assertThat(queryKeyValue[6 * 4]).isEqualTo(first("model.layers.0.self_attn.v_proj.weight"));
        }
    }

    @Test
    void savesWhatItOpens() throws IOException {
        Path target = directory.resolve("saved/deep");
        ModelDirectory model = ModelDirectory.open(directory);

        try (Weights weights = model.loadWeights()) {
            model.save(target, weights);
            try (Weights saved = ModelDirectory.open(target).loadWeights()) {
                assertThat(saved.digest()).isEqualTo(weights.digest());
            }
        }
        assertThat(target.toFile().list())
                .containsExactlyInAnyOrder("config.json", "model.safetensors", "tokenizer.json");
        assertThat(target.resolve("config.json")).content().contains("\"torch_dtype\": \"float32\"");
        assertThat(ModelDirectory.open(target).config()).isEqualTo(model.config());
        assertThat(ModelDirectory.open(target).tokenizer().fingerprint())
                .isEqualTo(model.tokenizer().fingerprint());
    }

    @Test
    void savesOverItself() {
        ModelDirectory model = ModelDirectory.open(directory);
        try (Weights weights = model.loadWeights()) {
            model.save(directory, weights);
            try (Weights saved = ModelDirectory.open(directory).loadWeights()) {
                assertThat(saved.digest()).isEqualTo(weights.digest());
            }
        }
    }

    @Test
    void toleratesWhatFollowsFromTheConfig() {
        tensor("model.layers.0.self_attn.rotary_emb.inv_freq", 1);
        tensor("lm_head.weight", 5, 4);
        writeWeights();

        assertThat(ModelDirectory.open(directory).hasWeights()).isTrue();
    }

    @Test
    void tellsOfEveryTensorThatDoesNotFitTheConfig() {
        tensors.remove("model.norm.weight");
        tensor("model.embed_tokens.weight", 4, 5);
        tensor("model.layers.1.input_layernorm.weight", 4);
        writeWeights();

        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("expected tensor model.norm.weight of shape [4], found none")
                .contains("tensor model.embed_tokens.weight: expected shape [5, 4], found [4, 5]")
                .contains("tensor model.layers.1.input_layernorm.weight is not a parameter of this architecture")
                .hasLineCount(3);
    }

    @Test
    void refusesAParameterThatIsStoredAsAMask() throws IOException {
        byte[] header = "{\"model.embed_tokens.weight\":{\"dtype\":\"U8\",\"shape\":[5,4],\"data_offsets\":[0,20]}}"
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + 20).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                directory.resolve("model.safetensors"),
                file.putLong(header.length).put(header).array());

        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tensor model.embed_tokens.weight: expected dtype F32, F16 or BF16, found U8");
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        ByteBuffer floats =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
        tensors.put("model.norm.weight", new NamedTensor("model.norm.weight", List.of(4L), floats));
        writeWeights();
        ModelDirectory model = ModelDirectory.open(directory);

        assertThatThrownBy(model::loadWeights)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.norm.weight': expected finite numbers, found NaN at element 2");
    }

    @Test
    void refusesATokenizerWithIdsThatTheModelHasNot() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), TOKENIZER.formatted(5));

        assertThatThrownBy(() -> ModelDirectory.open(directory).tokenizer())
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        directory.resolve("tokenizer.json") + ": expected at most the 5 tokens of vocab_size, found 6");
    }

    @Test
    void needsWeightsAndTokenizerOnlyWhenTheyAreAskedFor() throws IOException {
        Files.delete(directory.resolve("model.safetensors"));
        Files.delete(directory.resolve("tokenizer.json"));

        ModelDirectory model = ModelDirectory.open(directory);

        assertThat(model.hasWeights()).isFalse();
        assertThatThrownBy(model::loadWeights)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the model has no weights");
        assertThatThrownBy(model::tokenizer)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the model has no tokenizer");
    }

    @Test
    void tellsOfAFaultyWeightsFileAsOfAnyOtherFault() throws IOException {
        Files.writeString(directory.resolve("model.safetensors"), "short");

        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.safetensors: expected at least 8 bytes, found 5");
    }

    private void tensor(String name, long... shape) {
        List<Long> dimensions = new ArrayList<>();
        int size = 1;
        for (long dimension : shape) {
            dimensions.add(dimension);
            size *= (int) dimension;
        }
        ByteBuffer floats = ByteBuffer.allocate(size * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            floats.putFloat(tensors.size() + i / 100f);
        }
        tensors.put(name, new NamedTensor(name, dimensions, floats.flip()));
    }

    private float first(String name) {
        NamedTensor tensor = tensors.get(name);
        assertThat(tensor).isNotNull();
        return tensor == null ? Float.NaN : tensor.floats().getFloat(0);
    }

    private void writeWeights() {
        SafeTensorsWriter.write(directory.resolve(SafeTensorsReader.SINGLE_FILE), List.copyOf(tensors.values()));
    }
}
