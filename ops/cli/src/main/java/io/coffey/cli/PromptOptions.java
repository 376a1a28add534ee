// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.chat.ChatMessage;
import io.coffey.chat.ChatTemplate;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.SpecialTokens;
import io.coffey.tokenizer.Tokenizer;
import io.coffey.training.JsonLines;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of what is completed. */
final class PromptOptions {

    @ArgGroup(exclusive = true, multiplicity = "1")
    private final Source source = new Source();

    @Option(
            names = "--chat",
            description =
                    "The prompt is a user's message: apply the model's chat template, whose date, if it has one, is today.")
    private boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system message of a chat.")
    private @Nullable String system;

    @Option(
            names = "--special-tokens",
            description = "Special tokens that the prompt spells, such as </s>, are those tokens instead of text.")
    private boolean specialTokens;

    /** Where prompts come from. */
    static final class Source {
        @Option(names = "--prompt", paramLabel = "TEXT", description = "What to complete.")
        private @Nullable String text;

        @Option(
                names = "--prompts",
                paramLabel = "FILE",
                description = "Lines of JSON objects whose \"prompt\" is to be completed.")
        private @Nullable Path file;
    }

    /** The prompts as they were given and their tokens, and the ids that end an answer to them. */
    record Prompts(List<String> texts, List<int[]> tokens, Set<Integer> stopTokens) {}

    Prompts read(Path model, Tokenizer tokenizer) {
        if (system != null && !chat) {
            throw new UserException(
                    ExitCode.CONFIGURATION, "--system is the system message of a chat: give --chat, too");
        }
        ChatTemplate template = chat ? ChatTemplate.of(model, Clock.system(ZoneId.systemDefault())) : null;
        List<int[]> tokens = new ArrayList<>();
        List<String> texts = texts();
        for (String text : texts) {
            tokens.add(template == null ? plain(text, tokenizer) : turn(text, template, tokenizer));
        }
        Set<Integer> stopTokens = new TreeSet<>();
        if (template != null) {
            template.endOfTurn().ifPresent(end -> tokenizer.specialToken(end).ifPresent(stopTokens::add));
        }
        return new Prompts(texts, tokens, stopTokens);
    }

    private List<String> texts() {
        return source.file == null
                ? List.of(String.valueOf(source.text))
                : JsonLines.read(source.file, List.of("prompt"), List.of()).stream()
                        .map(line -> line.text("prompt"))
                        .toList();
    }

    private int[] plain(String text, Tokenizer tokenizer) {
        return tokenizer.encode(text, specialTokens ? SpecialTokens.PARSED : SpecialTokens.AS_TEXT);
    }

    private int[] turn(String text, ChatTemplate template, Tokenizer tokenizer) {
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(new ChatMessage("system", system));
        }
        messages.add(new ChatMessage("user", text));
        for (ChatMessage message : messages) {
            Set<String> spelled = tokenizer.specialTokensIn(message.content());
            if (!spelled.isEmpty() && !specialTokens) {
                throw new UserException(
                        ExitCode.DATA,
                        "the %s message spells %s, which the chat template means as special tokens: expected none, or --special-tokens"
                                .formatted(message.role(), String.join(" ", new TreeSet<>(spelled))));
            }
        }
        return tokenizer.encodePlain(template.render(messages, true), SpecialTokens.PARSED);
    }
}
