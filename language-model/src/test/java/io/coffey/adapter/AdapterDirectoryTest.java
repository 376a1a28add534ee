// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coffey.model.DecoderConfig;
import io.coffey.model.ModelDirectory;
import io.coffey.model.TinyModel;
import io.coffey.weights.NamedTensor;
import io.coffey.weights.SafeTensorsReader;
import io.coffey.weights.SafeTensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdapterDirectoryTest {

    private static final DecoderConfig CONFIG = TinyModel.TIED;
    private static final AdapterSettings SETTINGS =
            new AdapterSettings(2, 16, List.of("q_proj", "v_proj", "down_proj"));
    private static final String PREFIX = "base_model.model.model.layers.0.";

    /** As PEFT 0.17 writes it. */
    private static final String CONFIG_OF_PEFT = """
            {
              "alpha_pattern": {},
              "auto_mapping": null,
              "base_model_name_or_path": "meta-llama/Llama-3.2-1B",
              "bias": "none",
              "corda_config": null,
              "eva_config": null,
              "exclude_modules": null,
              "fan_in_fan_out": false,
              "inference_mode": true,
              "init_lora_weights": true,
              "layer_replication": null,
              "layers_pattern": null,
              "layers_to_transform": null,
              "loftq_config": {},
              "lora_alpha": 16,
              "lora_bias": false,
              "lora_dropout": 0.05,
              "megatron_config": null,
              "megatron_core": "megatron.core",
              "modules_to_save": null,
              "peft_type": "LORA",
              "qalora_group_size": 16,
              "r": 2,
              "rank_pattern": {},
              "revision": null,
              "target_modules": ["v_proj", "q_proj", "down_proj"],
              "target_parameters": null,
              "task_type": "CAUSAL_LM",
              "trainable_token_indices": null,
              "use_dora": false,
              "use_qalora": false,
              "use_rslora": false
            }
            """;

    @TempDir
    private Path directory;

    private String digest = "";

    @BeforeEach
    void anAdapter() {
        try (Adapter adapter = Adapters.trained(CONFIG, SETTINGS, 4)) {
            AdapterDirectory.save(directory, adapter, "base/model");
            digest = adapter.digest();
        }
    }

    @Test
    void comesBackAsItWas() {
        try (Adapter again = AdapterDirectory.load(directory, CONFIG)) {
            assertThat(again.settings()).isEqualTo(SETTINGS);
            assertThat(again.digest()).isEqualTo(digest);
            assertThat(again.base()).isEmpty();
        }
    }

    @Test
    void carriesTheNamesAndShapesThatPeftReads() throws IOException {
        SafeTensorsReader stored = SafeTensorsReader.openFile(directory.resolve("adapter_model.safetensors"));

        assertThat(stored.tensors()).hasSize(12);
        assertThat(shape(stored, PREFIX + "self_attn.q_proj.lora_A.weight")).containsExactly(2L, 32L);
        assertThat(shape(stored, PREFIX + "self_attn.q_proj.lora_B.weight")).containsExactly(32L, 2L);
        assertThat(shape(stored, PREFIX + "self_attn.v_proj.lora_A.weight")).containsExactly(2L, 32L);
        assertThat(shape(stored, PREFIX + "self_attn.v_proj.lora_B.weight")).containsExactly(16L, 2L);
        assertThat(shape(stored, PREFIX + "mlp.down_proj.lora_A.weight")).containsExactly(2L, 48L);
        assertThat(shape(stored, PREFIX + "mlp.down_proj.lora_B.weight")).containsExactly(32L, 2L);
        assertThat(directory.resolve("adapter_config.json")).hasContent("""
                        {
                          "base_model_name_or_path": "base/model",
                          "bias": "none",
                          "fan_in_fan_out": false,
                          "inference_mode": true,
                          "init_lora_weights": true,
                          "lora_alpha": 16,
                          "lora_dropout": 0.0,
                          "modules_to_save": null,
                          "peft_type": "LORA",
                          "r": 2,
                          "target_modules": [
                            "down_proj",
                            "q_proj",
                            "v_proj"
                          ],
                          "task_type": "CAUSAL_LM",
                          "use_dora": false,
                          "use_rslora": false
                        }
                        """);
    }

    @Test
    void readsTheConfigThatPeftWrites() throws IOException {
        Files.writeString(directory.resolve("adapter_config.json"), CONFIG_OF_PEFT);

        try (Adapter adapter = AdapterDirectory.load(directory, CONFIG)) {
            assertThat(adapter.settings()).isEqualTo(SETTINGS);
            assertThat(adapter.digest()).isEqualTo(digest);
        }
    }

    @Test
    void namesTheMatricesOfGpt2AsPeftDoes() {
        Path model = Path.of(System.getProperty("coffey.shared", "missing"), "models", "tiny-random-gpt2");
        Assumptions.assumeTrue(Files.exists(model), "no shared test data at " + model);
        DecoderConfig config = ModelDirectory.open(model).config();
        List<String> targets = List.of("c_attn", "c_fc", "c_proj");
        long width = config.hiddenSize();
        assertThat(Adapter.targets(config)).isEqualTo(targets);

        try (Adapter adapter = Adapters.trained(config, new AdapterSettings(2, 4, targets), 4)) {
            AdapterDirectory.save(directory, adapter, "gpt2");
            try (Adapter again = AdapterDirectory.load(directory, config)) {
                assertThat(again.digest()).isEqualTo(adapter.digest());
            }
        }

        SafeTensorsReader stored = SafeTensorsReader.openFile(directory.resolve("adapter_model.safetensors"));
        String prefix = "base_model.model.transformer.h.0.";
        assertThat(shape(stored, prefix + "attn.c_attn.lora_A.weight")).containsExactly(2L, width);
        assertThat(shape(stored, prefix + "attn.c_attn.lora_B.weight")).containsExactly(3 * width, 2L);
        assertThat(shape(stored, prefix + "attn.c_proj.lora_B.weight")).containsExactly(width, 2L);
        assertThat(shape(stored, prefix + "mlp.c_proj.lora_B.weight")).containsExactly(width, 2L);
        assertThat(stored.tensors()).hasSize(2 * 4 * config.layers());
        assertThat(directory.resolve("adapter_config.json")).content().contains("\"fan_in_fan_out\": true");
    }

    @Test
    void remembersItsBase() {
        try (Adapter adapter = Adapter.initial(CONFIG, SETTINGS, "ab".repeat(32), 1)) {
            AdapterDirectory.save(directory, adapter, "");
        }

        try (Adapter again = AdapterDirectory.load(directory, CONFIG)) {
            assertThat(again.base()).isEqualTo("ab".repeat(32));
        }
        assertThat(directory.resolve("base_weights.sha256")).hasContent("ab".repeat(32));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"LORA\"            | \"LOHA\"        | peft_type: expected \"LORA\", found \"LOHA\"",
                "\"r\": 2            | \"r\": 0        | r: expected a whole number above 0, found 0",
                "\"r\": 2            | \"r\": 2.5      | r: expected a whole number above 0, found 2.5",
                "\"r\": 2            | \"r\": 4        | lora_A.weight: expected shape [4, 32], found [2, 32]",
                "\"lora_alpha\": 16  | \"lora_alpha\": \"x\" | lora_alpha: expected a number above 0, found \"x\"",
                "\"use_dora\": false | \"use_dora\": true | use_dora: expected no such setting",
                "\"use_rslora\": false | \"use_rslora\": true | use_rslora: expected no such setting",
                "\"rank_pattern\": {} | \"rank_pattern\": {\"q_proj\": 4} | rank_pattern: expected no such setting",
                "\"modules_to_save\": null | \"modules_to_save\": [\"lm_head\"] | modules_to_save: expected no such",
                "\"layers_to_transform\": null | \"layers_to_transform\": [0] | layers_to_transform: expected no such",
                "\"bias\": \"none\"  | \"bias\": \"all\" | bias: expected no such setting",
                "\"revision\": null  | \"new_maths\": 3 | new_maths: expected no such setting",
                "\"init_lora_weights\": true | \"init_lora_weights\": \"pissa\" | init_lora_weights: expected",
                "[\"v_proj\", \"q_proj\", \"down_proj\"] | \".*proj\" | target_modules: expected a list of names",
                "[\"v_proj\", \"q_proj\", \"down_proj\"] | [\"v_proj\", \"lm_head\"] | expected some of down_proj",
                "[\"v_proj\", \"q_proj\", \"down_proj\"] | [\"v_proj\", \"q_proj\"] | is of no target of this decoder",
                "[\"v_proj\", \"q_proj\", \"down_proj\"] | [\"v_proj\", \"k_proj\"] | k_proj.lora_A.weight: expected",
                "\"use_dora\": false, | {{{ | not valid JSON"
            })
    void refusesAnAdapterThatIsSomethingElse(String given, String instead, String message) throws IOException {
        assertThat(CONFIG_OF_PEFT).contains(given);
        Files.writeString(directory.resolve("adapter_config.json"), CONFIG_OF_PEFT.replace(given, instead));

        assertRefused(message);
    }

    @Test
    void refusesAnAdapterOfAnotherDecoder() {
        assertThatThrownBy(() -> AdapterDirectory.load(directory, TinyModel.WIDER))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("q_proj.lora_A.weight: expected shape [2, 128], found [2, 32]")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesWhatIsMissingOrDamaged() throws IOException {
        Path weights = directory.resolve("adapter_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(directory.resolve("base_weights.sha256"), new byte[] {'x'});
        assertRefused("base_weights.sha256: expected a SHA-256 digest in hex");
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused("adapter_model.safetensors");
        Files.delete(weights);
        assertRefused("adapter_model.safetensors: no such file");
        Files.delete(directory.resolve("adapter_config.json"));
        assertRefused("adapter_config.json: no such file: expected an adapter in PEFT's form");
    }

    @Test
    void refusesNumbersThatAreNotFinite() throws IOException {
        try (Adapter adapter = Adapters.trained(CONFIG, new AdapterSettings(1, 1, List.of("q_proj")), 4)) {
            AdapterDirectory.save(directory, adapter, "");
        }
        List<NamedTensor> tensors =
                SafeTensorsReader.openFile(directory.resolve("adapter_model.safetensors")).tensors().values().stream()
                        .map(tensor -> {
                            ByteBuffer bytes = ByteBuffer.allocate((int) tensor.bytes());
                            bytes.put(11, (byte) 0x7f).put(10, (byte) 0xc0);
                            return new NamedTensor(tensor.name(), tensor.shape(), bytes);
                        })
                        .toList();
        SafeTensorsWriter.write(directory.resolve("adapter_model.safetensors"), tensors);

        assertRefused("lora_A.weight': expected finite numbers, found NaN at element 2");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> AdapterDirectory.load(directory, CONFIG).close())
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith(directory.toString())
                .hasMessageNotContaining("\n");
    }

    private static List<Long> shape(SafeTensorsReader stored, String name) {
        return stored.tensor(name).shape();
    }
}
