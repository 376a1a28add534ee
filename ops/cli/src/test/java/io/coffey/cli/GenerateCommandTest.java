// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {

    private static final Path TEACHER = Path.of("../../examples/sum/teacher");

    @TempDir
    private Path directory;

    @Test
    void givesTheSameCompletionsForTheSameSeed() {
        Answer first = generate("--prompt", "73519=", "--samples", "9", "--seed", "3");
        Answer again = generate("--prompt", "73519=", "--samples", "9", "--seed", "3");
        Answer other = generate("--prompt", "73519=", "--samples", "9", "--seed", "30");

        assertThat(first.out().lines()).hasSize(9).allMatch(line -> line.contains("+"));
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(other.out()).isNotEqualTo(first.out());
    }

    @Test
    void givesASampleAloneAsInABatch() {
        String[] how = {
            "--temperature", "0.9", "--top-k", "12", "--top-p", "0.99", "--min-p", "0.01", "--repetition-penalty", "1.1"
        };

        List<String> batch = lines("--prompt", "73519=", "--samples", "12", "--seed", "3", "--json", how);
        List<String> fifth = lines("--prompt", "73519=", "--samples", "1", "--seed", "8", "--json", how);

        JsonObject among = JsonParser.parseString(batch.get(5)).getAsJsonObject();
        JsonObject alone = JsonParser.parseString(fifth.get(0)).getAsJsonObject();
        assertThat(among.get("sample").getAsInt()).isEqualTo(5);
        assertThat(alone.get("sample").getAsInt()).isZero();
        for (String name : List.of("text", "ids", "logProbs", "stopped")) {
            assertThat(alone.get(name)).isEqualTo(among.get(name));
        }
        assertThat(batch.stream().distinct()).hasSizeGreaterThan(6);
        assertThat(generate(Stream.concat(Stream.of("--prompt", "73519=", "--seed", "8"), Stream.of(how))
                                .toArray(String[]::new))
                        .out())
                .isEqualTo(alone.get("completion").getAsString() + "\n");
    }

    @Test
    void completesEveryPromptOfAFile() throws IOException {
        Path file = Files.writeString(
                directory.resolve("prompts.jsonl"), "{\"prompt\": \"12345=\"}\n{\"prompt\": \"73519=\"}\n");

        Answer both = generate("--prompts", file.toString(), "--samples", "2", "--temperature", "0", "--json");
        Answer second = generate("--prompt", "73519=", "--temperature", "0");

        List<JsonObject> found = both.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(found).extracting(one -> one.get("number").getAsInt()).containsExactly(0, 0, 1, 1);
        assertThat(found.get(2).get("prompt").getAsString()).isEqualTo("73519=");
        assertThat(found).extracting(one -> one.get("sample").getAsInt()).containsExactly(0, 1, 0, 1);
        assertThat(found.get(2).get("completion").getAsString() + "\n").isEqualTo(second.out());
        assertThat(found.get(0).get("stopped").getAsBoolean()).isTrue();
    }

    @Test
    void writesTheGoldenTextOfARealModelAsItGrows() throws IOException {
        Path model = Path.of(System.getProperty("coffey.shared"), "models", "stories260K");
        assumeTrue(Files.isDirectory(model), "no shared test data at " + model);
        List<String> flushed = new ArrayList<>();
        StringWriter all = new StringWriter();
        Writer recorded = new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                all.write(text, from, length);
            }

            @Override
            public void flush() {
                flushed.add(all.toString());
            }

            @Override
            public void close() {}
        };

        int exitCode = Coffey.commandLine()
                .setOut(new PrintWriter(recorded))
                .execute(
                        "generate",
                        "--model",
                        model.toString(),
                        "--prompt",
                        "The dog was very",
                        "--temperature",
                        "0",
                        "--max-new-tokens",
                        "60");

        assertThat(exitCode).isZero();
        assertThat(all.toString())
                .isEqualTo(" small and did not like to play. He was very small and scary. He wanted to show his friends"
                        + " the shop. He wanted to play with his friends.\nOne day, a little b\n");
        assertThat(flushed).hasSizeGreaterThan(30).contains(" small", " small and", " small and did");
    }

    @Test
    void endsBeforeAStop() {
        Answer whole = generate("--prompt", "73519=", "--temperature", "0");
        Answer stopped = generate("--prompt", "73519=", "--temperature", "0", "--stop", "never", "--stop", "=");

        assertThat(whole.out()).contains("=");
        assertThat(stopped.out()).isEqualTo(whole.out().substring(0, whole.out().indexOf('=')) + "\n");
    }

    @Test
    void appliesTheChatTemplate() throws IOException {
        Path model =
                withTemplate("{% for m in messages %}{{ m.content }}{% endfor %}{{ '=' if add_generation_prompt }}");

        Answer chat = Answer.to(
                "generate",
                "--model",
                model.toString(),
                "--chat",
                "--system",
                "73",
                "--prompt",
                "519",
                "--temperature",
                "0");
        Answer plain = generate("--prompt", "73519=", "--temperature", "0");

        assertThat(chat.out()).isEqualTo(plain.out()).isNotBlank();
    }

    @Test
    void takesSpecialTokensOfAPromptAsTextUnlessToldOtherwise() throws IOException {
        Path model = withTemplate("{{ messages[0].content }}");

        Answer chat = Answer.to("generate", "--model", model.toString(), "--chat", "--prompt", "1<eos>=");
        Answer allowed = Answer.to(
                "generate",
                "--model",
                model.toString(),
                "--chat",
                "--prompt",
                "1<eos>=",
                "--special-tokens",
                "--json",
                "--max-new-tokens",
                "1");

        assertThat(chat.exitCode()).isEqualTo(4);
        assertThat(chat.err().strip())
                .isEqualTo("coffey: the user message spells <eos>, which the chat template means as special tokens:"
                        + " expected none, or --special-tokens");
        assertThat(allowed.exitCode()).isZero();
    }

    @Test
    void saysThatTheModelHasNoChatTemplate() {
        Answer answer = generate("--chat", "--prompt", "1");

        assertThat(answer.exitCode()).isEqualTo(4);
        assertThat(answer.err().lines()).hasSize(1);
        assertThat(answer.err())
                .contains(TEACHER.resolve("tokenizer_config.json")
                        + ": expected a chat_template there or in chat_template.jinja, found none");
    }

    @Test
    void refusesBadSettingsInOneLine() {
        assertRefused(2, "sampling minP must be in [0, 1], found 2.0", "--prompt", "1", "--min-p", "2");
        assertRefused(
                2,
                "sampling repetitionPenalty must be positive, found 0.0",
                "--prompt",
                "1",
                "--repetition-penalty",
                "0");
        assertRefused(2, "--samples: expected 1 or more, found 0", "--prompt", "1", "--samples", "0");
        assertRefused(
                2, "--system is the system message of a chat: give --chat, too", "--prompt", "1", "--system", "x");
        assertRefused(
                4,
                "the prompt has 1 tokens and the context 64: expected 1 token or more and room for 100000 new ones",
                "--prompt",
                "1",
                "--max-new-tokens",
                "100000");
    }

    private static void assertRefused(int exitCode, String message, String... arguments) {
        Answer answer = generate(arguments);

        assertThat(answer.exitCode()).isEqualTo(exitCode);
        assertThat(answer.err().strip()).isEqualTo("coffey: " + message);
        assertThat(answer.out()).isEmpty();
    }

    private Path withTemplate(String template) throws IOException {
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(TEACHER.resolve(name), directory.resolve(name));
        }
        Files.writeString(directory.resolve("chat_template.jinja"), template);
        return directory;
    }

    private static List<String> lines(
            String a, String b, String c, String d, String e, String f, String g, String[] how) {
        return generate(Stream.concat(Stream.of(a, b, c, d, e, f, g), Stream.of(how))
                        .toArray(String[]::new))
                .out()
                .lines()
                .toList();
    }

    private static Answer generate(String... arguments) {
        return Answer.to(Stream.concat(Stream.of("generate", "--model", TEACHER.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }
}
