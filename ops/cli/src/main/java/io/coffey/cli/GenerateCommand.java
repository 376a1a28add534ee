// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.sampling.Completion;
import io.coffey.sampling.GenerationRequest;
import io.coffey.sampling.Generator;
import io.coffey.sampling.SamplingSettings;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.Tokenizer;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Completions of a prompt. */
@Command(
        name = "generate",
        header = "Completions of a prompt, a line each.",
        description = "The same seed gives the same completions.",
        sortOptions = false)
final class GenerateCommand implements Runnable {

    private static final int SLOTS = 8;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What to complete.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String prompt;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "1",
            description = "Divides the logits; 0 is greedy (default: ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "Length limit of a completion (default: what the context leaves, at most 256).")
    private int maxNewTokens;

    @Option(
            names = "--n",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many completions (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Decides what is sampled.")
    private long seed;

    @Override
    public void run() {
        ModelDirectory directory = model.open();
        Tokenizer tokenizer = directory.tokenizer();
        int[] tokens = tokenizer.encode(prompt);
        int room = directory.config().maxLength() - tokens.length;
        if (tokens.length == 0 || room < Math.max(1, maxNewTokens)) {
            throw new UserException(
                    ExitCode.DATA,
                    "the prompt has %d tokens and the context %d: expected 1 token or more and room for %d new ones"
                            .formatted(tokens.length, directory.config().maxLength(), Math.max(1, maxNewTokens)));
        }
        SamplingSettings settings;
        try {
            int limit = maxNewTokens == 0 ? Math.min(room, 256) : maxNewTokens;
            settings = new SamplingSettings(temperature, 0, 1, limit, 0, false);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
        try (Weights weights = directory.loadWeights();
                Generator generator = new Generator(new Decoder(directory.config()), SLOTS)) {
            generator.use(weights, 0);
            TreeMap<Long, String> waiting = new TreeMap<>();
            long admitted = 0;
            long printed = 0;
            while (printed < count) {
                while (admitted < count && generator.freeSlots() > 0) {
                    generator.admit(new GenerationRequest(admitted, tokens, settings, seed + admitted));
                    admitted++;
                }
                for (Completion completion : generator.step()) {
                    waiting.put(completion.ticket(), tokenizer.decode(completion.tokens()));
                }
                for (String text = waiting.remove(printed); text != null; text = waiting.remove(printed)) {
                    spec.commandLine().getOut().println(text);
                    printed++;
                }
            }
        }
    }
}
