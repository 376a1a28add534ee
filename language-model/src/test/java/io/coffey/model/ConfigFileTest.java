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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rope_scaling          | {"type": "linear", "factor": 2.0} | rope_scaling: expected null
                    rope_parameters       | {"rope_type": "yarn", "factor": 4.0} | rope_parameters: expected rope_type
                    attention_bias        | true      | attention_bias: expected false, found true
                    mlp_bias              | true      | mlp_bias: expected false, found true
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
                    eos_token_id          | null      | eos_token_id: expected a token id
                    eos_token_id          | []        | eos_token_id: expected a token id
                    eos_token_id          | [2, "x"]  | eos_token_id: expected a token id
                    architectures         | ["Qwen2ForCausalLM"] | architectures: expected ["LlamaForCausalLM"], found ["Qwen2ForCausalLM"]
                    architectures         | null      | architectures: expected ["LlamaForCausalLM"], found null
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
        json.remove("eos_token_id");
        json.addProperty("mlp_bias", true);
        json.addProperty("rms_norm_eps", "small");

        assertThatThrownBy(() -> read(json.toString()))
                .message()
                .contains("vocab_size", "eos_token_id", "mlp_bias", "rms_norm_eps", "found nothing")
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

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
