// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigFileTest {

    private static final String SMALLEST = """
            {"architectures": ["LlamaForCausalLM"], "vocab_size": 64, "hidden_size": 32, "intermediate_size": 88,
             "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 128, "rms_norm_eps": 1e-5,
             "eos_token_id": 2}
            """;

    private static final String LLAMA3 = """
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
             "original_max_position_embeddings": 64}
            """;

    @TempDir
    private Path directory;

    @Test
    void fillsInWhatTheFormatLeavesToItsDefaults() throws IOException {
        assertThat(read(SMALLEST).config())
                .isEqualTo(new DecoderConfig(64, 32, 88, 2, 4, 4, 8, 128, 1e-5, 10_000, false, List.of(2)));
    }

    @Test
    void takesWhatIsSaidOutright() throws IOException {
        JsonObject json = json(SMALLEST);
        json.addProperty("num_key_value_heads", 2);
        json.addProperty("head_dim", 16);
        json.addProperty("rope_theta", 500_000.0);
        json.addProperty("tie_word_embeddings", true);
        json.add("eos_token_id", JsonParser.parseString("[2, 7]"));
        json.add("rope_scaling", null);
        json.addProperty("attention_bias", false);

        assertThat(read(json.toString()).config())
                .isEqualTo(new DecoderConfig(64, 32, 88, 2, 4, 2, 16, 128, 1e-5, 500_000, true, List.of(2, 7)));
    }

    @Test
    void takesTheRotaryBaseFromWhereNewerFilesKeepIt() throws IOException {
        JsonObject json = json(SMALLEST);
        json.add("rope_parameters", JsonParser.parseString("{\"rope_type\": \"default\", \"rope_theta\": 20000.0}"));

        assertThat(read(json.toString()).config().ropeTheta()).isEqualTo(20_000);
    }

    @Test
    void takesALlamaWithBiasesAndStretchedPositions() throws IOException {
        JsonObject json = json(SMALLEST);
        json.addProperty("attention_bias", true);
        json.addProperty("mlp_bias", true);
        json.add("rope_scaling", JsonParser.parseString(LLAMA3));

        assertThat(read(json.toString()).config().features())
                .isEqualTo(new DecoderFeatures(
                        DecoderFeatures.Body.LLAMA, true, true, true, false, 0, RopeScaling.llama3(8, 1, 4, 64)));
    }

    @Test
    void takesAMistralWithItsWindow() throws IOException {
        JsonObject json = of("MistralForCausalLM");
        json.addProperty("sliding_window", 32);

        assertThat(read(json.toString()).config().features())
                .isEqualTo(new DecoderFeatures(
                        DecoderFeatures.Body.LLAMA, false, false, false, false, 32, RopeScaling.NONE));
    }

    @Test
    void takesAQwen2WhoseWindowIsSwitchedOff() throws IOException {
        JsonObject json = of("Qwen2ForCausalLM");
        json.addProperty("use_sliding_window", false);
        json.addProperty("sliding_window", 131072);
        json.addProperty("max_window_layers", 28);
        json.addProperty("use_mrope", false);

        assertThat(read(json.toString()).config().features())
                .isEqualTo(new DecoderFeatures(
                        DecoderFeatures.Body.LLAMA, true, false, false, false, 0, RopeScaling.NONE));
    }

    @Test
    void takesAQwen3() throws IOException {
        JsonObject json = of("Qwen3ForCausalLM");
        json.addProperty("head_dim", 16);
        json.addProperty("attention_bias", false);
        json.add("layer_types", JsonParser.parseString("[\"full_attention\", \"full_attention\"]"));

        DecoderConfig config = read(json.toString()).config();

        assertThat(config.headSize()).isEqualTo(16);
        assertThat(config.features())
                .isEqualTo(new DecoderFeatures(
                        DecoderFeatures.Body.LLAMA, false, false, false, true, 0, RopeScaling.NONE));
    }

    @Test
    void takesAGpt2ByItsModelType() throws IOException {
        DecoderConfig config = read("""
                        {"model_type": "gpt2", "vocab_size": 64, "n_positions": 50, "n_ctx": 50, "n_embd": 32, "n_layer": 2,
                         "n_head": 4, "n_inner": null, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
                         "summary_activation": null, "summary_use_proj": true, "resid_pdrop": 0.1,
                         "reorder_and_upcast_attn": true, "scale_attn_weights": true}
                        """).config();

        assertThat(config)
                .isEqualTo(
                        new DecoderConfig(64, 32, 128, 2, 4, 4, 8, 50, 1e-5, 1, true, List.of(), DecoderFeatures.GPT2));
    }

    @Test
    void ignoresWhatDoesNotSoundLikeMathematics() throws IOException {
        JsonObject json = json(SMALLEST);
        json.addProperty("attention_dropout", 0.1);
        json.addProperty("pad_token_id", 0);
        json.addProperty("_attn_implementation", "sdpa");
        json.addProperty("pretraining_tp", 2);
        json.addProperty("unsloth_version", "2025.1");
        json.add("task_specific_params", new JsonObject());
        json.addProperty("output_hidden_states", false);
        json.add("a_new_residual_scale", null);

        assertThat(read(json.toString()).config()).isEqualTo(read(SMALLEST).config());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    activation_function     | "gelu" | activation_function: expected "gelu_new", found "gelu"
                    scale_attn_weights      | false  | scale_attn_weights: expected true, found false
                    scale_attn_by_inverse_layer_idx | true | scale_attn_by_inverse_layer_idx: expected false, found true
                    n_head                  | 5      | n_embd: expected a multiple of n_head 5, found 32
                    rope_theta              | 500    | rope_theta: expected no such key, found 500
                    """)
    void refusesAGpt2OfAnotherKind(String key, String value, String problem) {
        JsonObject json = json("""
                {"architectures": ["GPT2LMHeadModel"], "vocab_size": 64, "n_positions": 50, "n_embd": 32, "n_layer": 2,
                 "n_head": 4, "layer_norm_epsilon": 1e-5}
                """);
        json.add(key, JsonParser.parseString(value));

        assertThatThrownBy(() -> read(json.toString()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(problem)
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rope_scaling          | {"type": "dynamic", "factor": 2.0} | rope_scaling.rope_type: expected "default", "linear" or "llama3", found "dynamic": not supported
                    rope_scaling          | {"factor": 2.0} | rope_scaling.type: expected a text, found nothing
                    rope_scaling          | {"type": "linear"} | rope_scaling.factor: expected a number above 0, found nothing
                    rope_scaling          | {"type": "linear", "factor": 2.0, "mscale": 1} | rope_scaling.mscale: expected no such key, found 1: not supported
                    rope_scaling          | {"type": "linear", "rope_type": "llama3", "factor": 2.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64} | rope_scaling.type: expected "llama3", found "linear"
                    rope_scaling          | {"rope_type": "llama3", "factor": 2.0, "low_freq_factor": 4.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64} | rope_scaling.high_freq_factor: expected more than low_freq_factor 4.0, found 4.0
                    rope_scaling          | [2]       | rope_scaling: expected an object, found [2]
                    rope_parameters       | {"rope_type": "yarn", "factor": 4.0} | rope_parameters.rope_type: expected "default", "linear" or "llama3", found "yarn"
                    attention_bias        | "yes"     | attention_bias: expected true or false, found "yes"
                    use_sliding_window    | true      | use_sliding_window: expected false, found true
                    layer_types           | ["full_attention", "sliding_attention"] | layer_types: expected "full_attention" for every layer
                    some_new_attention_scale | 0.5    | some_new_attention_scale: expected no such key, found 0.5: it is unknown, and may change the mathematics
                    clipQkv               | 8         | clipQkv: expected no such key
                    embeddingMultiplierV2 | true      | embeddingMultiplierV2: expected no such key
                    model_type            | "mixtral" | model_type: expected "llama" as architectures has it, found "mixtral"
                    hidden_act            | "gelu"    | hidden_act: expected "silu", found "gelu"
                    sliding_window        | 4096      | sliding_window: expected null, found 4096
                    quantization_config   | {"bits": 4} | quantization_config: expected null
                    partial_rotary_factor | 0.5       | partial_rotary_factor: expected 1.0, found 0.5
                    vocab_size            | "64"      | vocab_size: expected a whole number from 1 to 16777216, found "64"
                    vocab_size            | 0         | vocab_size: expected a whole number
                    vocab_size            | 1e30      | vocab_size: expected a whole number
                    hidden_size           | -32       | hidden_size: expected a whole number
                    hidden_size           | 32.5      | hidden_size: expected a whole number
                    hidden_size           | null      | hidden_size: expected a whole number from 1 to 16777216, found null
                    num_hidden_layers     | 2000000000 | num_hidden_layers: expected a whole number from 1 to 4096
                    num_attention_heads   | 3         | hidden_size: expected a multiple of num_attention_heads 3, found 32
                    num_key_value_heads   | 3         | 4 heads cannot share 3 key/value heads
                    head_dim              | 7         | head size must be even
                    rms_norm_eps          | 0         | rms_norm_eps: expected a number above 0, found 0
                    rope_theta            | "big"     | rope_theta: expected a number above 0, found "big"
                    tie_word_embeddings   | 1         | tie_word_embeddings: expected true or false, found 1
                    eos_token_id          | 64        | eos_token_id: expected ids below vocab_size 64, found [64]
                    eos_token_id          | []        | eos_token_id: expected a token id
                    eos_token_id          | [2, "x"]  | eos_token_id: expected a token id
                    architectures         | ["GPTNeoXForCausalLM"] | architectures: expected one of ["LlamaForCausalLM"], ["MistralForCausalLM"], ["Qwen2ForCausalLM"], ["Qwen3ForCausalLM"], ["GPT2LMHeadModel"], found ["GPTNeoXForCausalLM"]
                    architectures         | null      | architectures: expected one of ["LlamaForCausalLM"]
                    """)
    void refusesInOneLineWhatItCannotCompute(String key, String value, String problem) {
        JsonObject json = json(SMALLEST);
        json.add(key, JsonParser.parseString(value));

        assertThatThrownBy(() -> read(json.toString()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(directory.resolve("config.json") + ": ")
                .hasMessageContaining(problem)
                .message()
                .hasLineCount(1);
    }

    @Test
    void tellsAllProblemsAtOnce() {
        JsonObject json = json(SMALLEST);
        json.remove("vocab_size");
        json.addProperty("eos_token_id", "end");
        json.addProperty("partial_rotary_factor", 0.25);
        json.addProperty("rms_norm_eps", "small");

        assertThatThrownBy(() -> read(json.toString()))
                .message()
                .contains("vocab_size", "eos_token_id", "partial_rotary_factor", "rms_norm_eps", "found nothing")
                .hasLineCount(4);
    }

    @Test
    void refusesWhatIsNoJsonObject() {
        assertThatThrownBy(() -> read("[]")).hasMessageEndingWith("expected a JSON object, found another value");
        assertThatThrownBy(() -> read("{\"a\": ")).hasMessageContaining("not valid JSON");
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none/config.json")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void keepsEverythingButTheNumberFormat() throws IOException {
        JsonObject json = json(SMALLEST);
        json.addProperty("torch_dtype", "bfloat16");
        json.addProperty("unheard_of", "<kept>");
        json.add("bos_token_id", null);

        JsonElement saved = JsonParser.parseString(read(json.toString()).textForSinglePrecision());

        json.addProperty("torch_dtype", "float32");
        assertThat(saved).isEqualTo(json);
    }

    private ConfigFile read(String text) throws IOException {
        return ConfigFile.read(Files.writeString(directory.resolve("config.json"), text));
    }

    private static JsonObject of(String architecture) {
        JsonObject json = json(SMALLEST);
        json.add("architectures", JsonParser.parseString("[\"" + architecture + "\"]"));
        return json;
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
