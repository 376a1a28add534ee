// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.sampling.SamplingSettings;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of what is sampled, and when it ends. */
final class SamplingOptions {

    /** Longest completion where no limit is given. */
    private static final int LENGTH = 256;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "1",
            description = "Divides the logits; 0 is greedy (default: ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Keep the K likeliest tokens; 0 keeps all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "Keep the smallest set of tokens with this mass (default: ${DEFAULT-VALUE}).")
    private float topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description = "Keep tokens with this share of the likeliest one's probability (default: ${DEFAULT-VALUE}).")
    private float minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            defaultValue = "1",
            description = "Divides positive logits of tokens that were there, multiplies negative ones"
                    + " (default: ${DEFAULT-VALUE}).")
    private float repetitionPenalty;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            defaultValue = "0",
            description = "Length limit of a completion (default: what the context leaves, at most " + LENGTH + ").")
    private int maxNewTokens;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End a completion before this text; may be given several times.")
    private List<String> stops = List.of();

    /**
     * The settings for a prompt.
     *
     * @param prompt its tokens
     * @param longest the longest sequence of the model
     * @param stopTokens ids that end a completion besides the model's own
     */
    SamplingSettings settings(int[] prompt, int longest, Set<Integer> stopTokens) {
        int room = longest - prompt.length;
        if (prompt.length == 0 || room < Math.max(1, maxNewTokens)) {
            throw new UserException(
                    ExitCode.DATA,
                    "the prompt has %d tokens and the context %d: expected 1 token or more and room for %d new ones"
                            .formatted(prompt.length, longest, Math.max(1, maxNewTokens)));
        }
        try {
            int limit = maxNewTokens == 0 ? Math.min(room, LENGTH) : maxNewTokens;
            return new SamplingSettings(
                    temperature, topK, topP, minP, repetitionPenalty, limit, stopTokens, stops, 0, false, 0);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }
}
