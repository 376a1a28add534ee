// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

    private static final Path EXAMPLE = Path.of("../../examples/sum/teacher");

    @TempDir
    private Path directory;

    @Test
    void agreesWithGoldenLogitsOfAnotherImplementation() throws Exception {
        Path model = Path.of(System.getProperty("coffey.shared"), "models", "tiny-random-llama-gqa");
        assumeTrue(Files.isDirectory(model), "no shared test data at " + model);
        JsonObject golden = JsonParser.parseString(Files.readString(model.resolve("golden_logits.json")))
                .getAsJsonObject();
        JsonArray ids = golden.getAsJsonArray("ids");

        JsonObject found = score(model, ids.toString(), "--top-k", "3");

        assertThat(found.getAsJsonArray("ids")).isEqualTo(ids);
        JsonArray logProbs = found.getAsJsonArray("logProbs");
        assertThat(logProbs).hasSameSizeAs(ids);
        assertThat(logProbs.get(0).isJsonNull()).isTrue();
        JsonArray logits = golden.getAsJsonArray("logits_float64");
        for (int i = 1; i < ids.size(); i++) {
            double[] expected = logSoftmax(logits.get(i - 1).getAsJsonArray());
            assertThat(logProbs.get(i).getAsDouble())
                    .isCloseTo(expected[ids.get(i).getAsInt()], within(1e-4));
            JsonArray topIds = found.getAsJsonArray("topIds").get(i).getAsJsonArray();
            JsonArray topLogProbs = found.getAsJsonArray("topLogProbs").get(i).getAsJsonArray();
            assertThat(topIds).hasSize(3);
            assertThat(topIds.get(0))
                    .isEqualTo(golden.getAsJsonArray("greedy_next").get(i - 1));
            for (int k = 0; k < 3; k++) {
                assertThat(topLogProbs.get(k).getAsDouble())
                        .isCloseTo(expected[topIds.get(k).getAsInt()], within(1e-4));
            }
        }
    }

    @Test
    void scoresATextByItsTokens() {
        Answer answer = Answer.to("score", "--model", EXAMPLE.toString(), "--text", "12=");

        JsonObject found = JsonParser.parseString(answer.out()).getAsJsonObject();
        assertThat(found.keySet()).containsExactly("ids", "logProbs");
        assertThat(found.getAsJsonArray("logProbs")).hasSameSizeAs(found.getAsJsonArray("ids"));
    }

    @Test
    void refusesIdsOutsideTheVocabulary() throws Exception {
        Answer answer = answer(EXAMPLE, "[1, 17]");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err().strip()).isEqualTo("coffey: token id 17 at position 1 is not in the vocabulary of 17");
    }

    @Test
    void refusesWhatIsNoArrayOfIds() throws Exception {
        Answer answer = answer(EXAMPLE, "{\"ids\": 3}");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err()).contains("expected a JSON array of ids");
    }

    @Test
    void demandsIdsOrAText() {
        Answer answer = Answer.to("score", "--model", EXAMPLE.toString());

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("--ids", "--text");
    }

    private JsonObject score(Path model, String ids, String... more) throws Exception {
        return JsonParser.parseString(answer(model, ids, more).out()).getAsJsonObject();
    }

    private Answer answer(Path model, String ids, String... more) throws Exception {
        Path file = Files.writeString(directory.resolve("ids.json"), ids);
        String[] arguments = new String[5 + more.length];
        arguments[0] = "score";
        arguments[1] = "--model";
        arguments[2] = model.toString();
        arguments[3] = "--ids";
        arguments[4] = file.toString();
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Answer.to(arguments);
    }

    private static double[] logSoftmax(JsonArray logits) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.size(); i++) {
            greatest = Math.max(greatest, logits.get(i).getAsDouble());
        }
        double sum = 0;
        for (int i = 0; i < logits.size(); i++) {
            sum += Math.exp(logits.get(i).getAsDouble() - greatest);
        }
        double[] result = new double[logits.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = logits.get(i).getAsDouble() - greatest - Math.log(sum);
        }
        return result;
    }
}
