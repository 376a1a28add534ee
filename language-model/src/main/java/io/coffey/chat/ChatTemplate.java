// SPDX-License-Identifier: Apache-2.0
package io.coffey.chat;

import io.coffey.jinja.Template;
import io.coffey.jinja.TemplateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The chat template of a model directory: {@value #FILE}, or else {@code chat_template} of
 * {@code tokenizer_config.json}, of which there may be several with names. Safe for use by several threads.
 *
 * <p>What it renders has the markup of the model's special tokens, and is to be encoded with
 * {@link io.coffey.tokenizer.Tokenizer#encodePlain(String, io.coffey.tokenizer.SpecialTokens) encodePlain} and
 * {@code PARSED}. It cannot tell a special token of its own from one that a message spells: where messages come from
 * strangers, look for those first ({@link io.coffey.tokenizer.Tokenizer#specialTokensIn specialTokensIn}).
 */
public final class ChatTemplate {

    /** The file that holds a template by itself. */
    public static final String FILE = "chat_template.jinja";

    static final String DEFAULT = "default";

    private final Path file;
    private final Template template;
    private final Map<String, String> specialTokens;

    private ChatTemplate(Path file, Template template, Map<String, String> specialTokens) {
        this.file = file;
        this.template = template;
        this.specialTokens = specialTokens;
    }

    /**
     * The default template, without a clock: one that shows the date takes a fixed one if it has that.
     *
     * @throws ChatTemplateException if there is none, or it has what is not supported
     */
    public static ChatTemplate of(Path modelDirectory) {
        return of(modelDirectory, null);
    }

    /**
     * The default template.
     *
     * @param clock what tells it the date; null for none
     * @throws ChatTemplateException if there is none, or it has what is not supported
     */
    public static ChatTemplate of(Path modelDirectory, @Nullable Clock clock) {
        TokenizerConfig config = TokenizerConfig.read(modelDirectory);
        Path own = modelDirectory.resolve(FILE);
        Path file = Files.exists(own) ? own : config.file();
        String source = file.equals(own)
                ? TokenizerConfig.text(own)
                : config.template(DEFAULT)
                        .orElseThrow(() -> new ChatTemplateException(
                                "%s: expected a chat_template there or in %s, found none: this is no chat model"
                                        .formatted(config.file(), FILE)));
        try {
            return new ChatTemplate(file, Template.parse(source, clock), config.specialTokens());
        } catch (TemplateException e) {
            throw new ChatTemplateException(
                    "%s: chat template, line %d: %s".formatted(file, e.line(), e.getMessage()), e);
        }
    }

    /** The text of the token that ends a turn of the assistant, as the tokenizer's settings name it. */
    public Optional<String> endOfTurn() {
        return Optional.ofNullable(specialTokens.get("eos_token"));
    }

    /** {@link #render(List, boolean, Map)} without further variables. */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, Map.of());
    }

    /**
     * The text of a conversation.
     *
     * @param addGenerationPrompt whether the assistant speaks next
     * @param variables what this model's template asks for besides, such as {@code enable_thinking}: booleans, longs,
     *     doubles, strings, lists, and maps from strings
     * @throws ChatTemplateException if the template refuses the messages, or cannot render them
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
        List<Map<String, String>> turns = new ArrayList<>();
        for (ChatMessage message : messages) {
            Map<String, String> turn = new LinkedHashMap<>();
            turn.put("role", message.role());
            turn.put("content", message.content());
            turns.add(turn);
        }
        Map<String, @Nullable Object> all = new HashMap<>(specialTokens);
        all.put("messages", turns);
        all.put("add_generation_prompt", addGenerationPrompt);
        all.put("tools", null);
        all.put("documents", null);
        all.putAll(variables);
        try {
            return template.render(all);
        } catch (TemplateException e) {
            throw new ChatTemplateException(
                    e.isRaised()
                            ? "%s: the chat template refuses the messages: %s".formatted(file, e.getMessage())
                            : "%s: chat template, line %d: %s".formatted(file, e.line(), e.getMessage()),
                    e);
        }
    }
}
