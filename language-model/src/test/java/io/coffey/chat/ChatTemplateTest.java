// SPDX-License-Identifier: Apache-2.0
package io.coffey.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.weights.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates in the manner of well-known models, and what Jinja2 renders from them. */
final class ChatTemplateTest {

    private static final ChatMessage SYSTEM = new ChatMessage("system", " Be brief. ");
    private static final ChatMessage USER = new ChatMessage("user", "Is <b> > 1 & \"é\"?\n");
    private static final ChatMessage ASSISTANT = new ChatMessage("assistant", "<think>\nhm\n</think>\n\nYes.");
    private static final ChatMessage AGAIN = new ChatMessage("user", "Sure?");

    private static final String HEADERS = """
            {{- bos_token }}
            {%- if not date is defined %}
                {%- if strftime_now is defined %}
                    {%- set date = strftime_now("%d %b %Y") %}
                {%- else %}
                    {%- set date = "26 Jul 2024" %}
                {%- endif %}
            {%- endif %}
            {#- The system message stands first, with or without text. #}
            {%- if messages[0]['role'] == 'system' %}
                {%- set system = messages[0]['content']|trim %}
                {%- set messages = messages[1:] %}
            {%- else %}
                {%- set system = "" %}
            {%- endif %}
            {{- "<|start|>system<|end|>\\n\\nToday: " + date + "\\n\\n" + system + "<|eot|>" }}
            {%- if tools is not none %}
                {{- tools | tojson(indent=4) }}
            {%- endif %}
            {%- for message in messages %}
                {{- '<|start|>' + message['role'] + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|start|>assistant<|end|>\\n\\n' }}
            {%- endif %}
            """;

    private static final String MARKUP = """
            {%- set ns = namespace(last=messages|length - 1) %}
            {%- for message in messages[::-1] %}
                {%- set index = (messages|length - 1) - loop.index0 %}
                {%- if message.role == "user" and message.content is string and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
                    {%- set ns.last = index %}
                    {%- break %}
                {%- endif %}
            {%- endfor %}
            {%- for message in messages %}
            {%- if loop.first and message.role != 'system' %}
            {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}
            {%- endif %}
            {%- if message.role == 'assistant' and '</think>' in message.content and loop.index0 < ns.last %}
                {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
            {%- else %}
                {%- set content = message.content %}
            {%- endif %}
            {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\\n' }}
                {%- if enable_thinking is defined and enable_thinking is false %}
                    {{- '<think>\\n\\n</think>\\n\\n' }}
                {%- endif %}
            {%- endif %}""";

    private static final String INSTRUCTIONS = "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
            + "{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'].strip() + '\\n\\n' %}"
            + "{% else %}{% set loop_messages = messages %}{% set system_message = '' %}{% endif %}"
            + "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
            + "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
            + "{% set content = system_message + message['content'] if loop.index0 == 0 else message['content'] %}"
            + "{% if message['role'] == 'user' %}{{ '[INST] ' + content.strip() + ' [/INST]' }}"
            + "{% elif message['role'] == 'assistant' %}{{ ' ' + content|trim + eos_token }}{% endif %}{% endfor %}";

    private static final String LINES = """
            {% for message in messages %}
            {% if message['role'] == 'user' %}
            {{ '<|user|>\\n' + message['content'] + eos_token }}
            {% else %}
            {{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token }}
            {% endif %}
            {% if loop.last and add_generation_prompt %}
            {{ '<|assistant|>' }}
            {% endif %}
            {% endfor %}""";

    @TempDir
    private Path directory;

    @Test
    void rendersHeadersAndADate() throws IOException {
        writeConfig(HEADERS);
        Clock clock = Clock.fixed(Instant.parse("2025-03-09T00:00:00Z"), ZoneOffset.UTC);

        String dated = ChatTemplate.of(directory, clock).render(List.of(SYSTEM, USER), true);
        String fixed = ChatTemplate.of(directory).render(List.of(AGAIN), false);

        assertThat(dated)
                .isEqualTo("<s><|start|>system<|end|>\n\nToday: 09 Mar 2025\n\nBe brief.<|eot|>"
                        + "<|start|>user<|end|>\n\nIs <b> > 1 & \"é\"?<|eot|><|start|>assistant<|end|>\n\n");
        assertThat(fixed)
                .isEqualTo(
                        "<s><|start|>system<|end|>\n\nToday: 26 Jul 2024\n\n<|eot|><|start|>user<|end|>\n\nSure?<|eot|>");
    }

    @Test
    void rendersMarkupAndForgetsOldThoughts() throws IOException {
        writeConfig(MARKUP);
        ChatTemplate template = ChatTemplate.of(directory);

        assertThat(template.render(List.of(SYSTEM, USER, ASSISTANT, AGAIN), true))
                .isEqualTo("""
                        <|im_start|>system
                         Be brief. <|im_end|>
                        <|im_start|>user
                        Is <b> > 1 & "é"?
                        <|im_end|>
                        <|im_start|>assistant
                        Yes.<|im_end|>
                        <|im_start|>user
                        Sure?<|im_end|>
                        <|im_start|>assistant
                        """);
        assertThat(template.render(List.of(USER, ASSISTANT), false)).isEqualTo("""
                        <|im_start|>system
                        You help.<|im_end|>
                        <|im_start|>user
                        Is <b> > 1 & "é"?
                        <|im_end|>
                        <|im_start|>assistant
                        <think>
                        hm
                        </think>

                        Yes.<|im_end|>
                        """);
        assertThat(template.render(List.of(AGAIN), true, Map.of("enable_thinking", false)))
                .endsWith("Sure?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    @Test
    void rendersInstructionsAndRefusesRolesThatDoNotAlternate() throws IOException {
        writeConfig(INSTRUCTIONS);
        ChatTemplate template = ChatTemplate.of(directory);

        assertThat(template.render(List.of(SYSTEM, USER, ASSISTANT, AGAIN), true))
                .isEqualTo(
                        "<s>[INST] Be brief.\n\nIs <b> > 1 & \"é\"? [/INST] <think>\nhm\n</think>\n\nYes.</s>[INST] Sure? [/INST]");
        assertThatThrownBy(() -> template.render(List.of(USER, USER), true))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage(directory.resolve("tokenizer_config.json") + ": the chat template refuses the messages:"
                        + " Conversation roles must alternate user/assistant/user/assistant/...");
    }

    @Test
    void rendersTagsOnLinesOfTheirOwn() throws IOException {
        writeConfig(LINES);

        assertThat(ChatTemplate.of(directory).render(List.of(SYSTEM, AGAIN), true))
                .isEqualTo("<|system|>\n Be brief. </s>\n<|user|>\nSure?</s>\n<|assistant|>\n");
    }

    @Test
    void takesTheDefaultOfSeveralAndTheFileBeforeAll() throws IOException {
        JsonArray several = new JsonArray();
        several.add(named("tool_use", "tools"));
        several.add(named("default", "{{ messages[0].content }}{{ eos_token }}{{ sep_token }}"));
        JsonObject config = config();
        config.add("chat_template", several);
        Files.writeString(directory.resolve("tokenizer_config.json"), config.toString());
        String ofList = ChatTemplate.of(directory).render(List.of(AGAIN), true);

        Files.writeString(directory.resolve("chat_template.jinja"), "{{ bos_token }}file\n");
        String ofFile = ChatTemplate.of(directory).render(List.of(AGAIN), true);

        assertThat(ofList).isEqualTo("Sure?</s>");
        assertThat(ofFile).isEqualTo("<s>file");
        assertThat(ChatTemplate.of(directory).endOfTurn()).hasValue("</s>");
    }

    @Test
    void saysInOneLineThatThereIsNone() throws IOException {
        Path config = directory.resolve("tokenizer_config.json");

        assertRefused(config
                + ": expected a chat_template there or in chat_template.jinja, found none: this is no chat model");
        Files.writeString(config, "{}");
        assertRefused(config
                + ": expected a chat_template there or in chat_template.jinja, found none: this is no chat model");
        Files.writeString(config, "{\"chat_template\": 3}");
        assertRefused(config + ": expected chat_template to be a string or a list of named ones");
        Files.writeString(config, "{");
        assertThatThrownBy(() -> ChatTemplate.of(directory)).hasMessageStartingWith(config + ": not valid JSON");
    }

    @Test
    void saysWhichLineIsNotSupported() throws IOException {
        Files.writeString(directory.resolve("chat_template.jinja"), "one\ntwo\n{{ messages | frobnicate }}");

        assertRefused(directory.resolve("chat_template.jinja")
                + ": chat template, line 3: the filter 'frobnicate' is not supported");
    }

    @Test
    void rendersARealTemplate() {
        ChatTemplate template = ChatTemplate.of(SharedData.path("models/verl-arith-random"));

        assertThat(template.render(List.of(new ChatMessage("user", "1,2,3")), true))
                .isEqualTo("1,2,3");
        assertThatThrownBy(() -> template.render(List.of(SYSTEM), true))
                .hasMessageEndingWith("the chat template refuses the messages: System role not supported");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ChatTemplate.of(directory))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage(message);
    }

    private void writeConfig(String template) throws IOException {
        JsonObject config = config();
        config.addProperty("chat_template", template);
        Files.writeString(directory.resolve("tokenizer_config.json"), config.toString());
    }

    private static JsonObject config() {
        JsonObject described = new JsonObject();
        described.addProperty("__type", "AddedToken");
        described.addProperty("content", "<s>");
        JsonObject config = new JsonObject();
        config.add("bos_token", described);
        config.addProperty("eos_token", "</s>");
        return config;
    }

    private static JsonObject named(String name, String template) {
        JsonObject named = new JsonObject();
        named.addProperty("name", name);
        named.addProperty("template", template);
        return named;
    }
}
