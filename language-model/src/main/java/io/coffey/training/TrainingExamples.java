// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

import io.coffey.model.DecoderConfig;
import io.coffey.tokenizer.Continuation;
import io.coffey.tokenizer.SpecialTokens;
import io.coffey.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Examples to learn from, read from lines such as {@code {"prompt": "1+2=", "completion": "3"}}. */
public final class TrainingExamples {

    private static final String PROMPT = "prompt";
    private static final String COMPLETION = "completion";

    private TrainingExamples() {}

    /**
     * Reads and tokenises a file. The first stop token of the config ends each completion.
     *
     * @throws DataException if a line is malformed, its prompt has no tokens, or it is longer than the model's longest
     *     sequence
     */
    public static List<TrainingSequence> read(Path file, Tokenizer tokenizer, DecoderConfig config) {
        List<TrainingSequence> examples = new ArrayList<>();
        for (JsonLines.Line line : JsonLines.read(file, List.of(PROMPT, COMPLETION), List.of())) {
            int[] prompt = tokenizer.encode(line.text(PROMPT), SpecialTokens.PARSED);
            if (prompt.length == 0) {
                throw new DataException(line.place() + ": expected a prompt of 1 token or more, found none");
            }
            int[] completion = Continuation.tokens(
                    tokenizer,
                    line.text(PROMPT),
                    prompt,
                    line.text(COMPLETION),
                    config.stopTokens().get(0));
            if (prompt.length + completion.length > config.maxLength()) {
                throw new DataException("%s: expected at most %d tokens, the model's longest sequence, found %d + %d"
                        .formatted(line.place(), config.maxLength(), prompt.length, completion.length));
            }
            examples.add(new TrainingSequence(prompt, completion));
        }
        return examples;
    }
}
