// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.coffey.cli.evaluation.Evaluator;
import io.coffey.cli.prompts.RunPrompts;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifier;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.scoring.SequenceScorer;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Accuracy and divergence of a model on a file of prompts. */
@Command(
        name = "eval",
        header = "Accuracy of a model on prompts, and its reverse KL to a teacher.",
        description = "Prints one JSON object. Accuracies are of greedy completions and of samples at temperature 1.",
        sortOptions = false)
final class EvalCommand implements Runnable {

    private static final int MOST_NEW_TOKENS = 512;
    private static final int TOKEN_BUDGET = 4096;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Mixin
    private final AdapterOption adapter = new AdapterOption();

    @Option(
            names = "--prompts",
            required = true,
            paramLabel = "FILE",
            description = "A JSON object a line, as a run file's prompts.file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path prompts;

    @Option(names = "--verifier", paramLabel = "NAME", description = "Judges completions: running-sum or exact-match.")
    private @Nullable String verifier;

    @Option(names = "--teacher", paramLabel = "DIR", description = "Also the reverse KL to this model.")
    private @Nullable Path teacher;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "300",
            description = "Most prompts to evaluate on (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Only the prompts that a run with this prompts.heldOut keeps out of training (default: all).")
    private double heldOut;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "Length limit of a completion (default: half of the model's longest sequence, at most 512).")
    private @Nullable Integer maxNewTokens;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Decides what is sampled.")
    private long seed;

    @Override
    public void run() {
        if (verifier == null && teacher == null) {
            throw new UserException(ExitCode.CONFIGURATION, "expected --verifier, --teacher or both, found neither");
        }
        ModelDirectory student = model.open();
        int context = student.config().maxLength();
        int newTokens = maxNewTokens == null ? Math.min(MOST_NEW_TOKENS, context / 2) : maxNewTokens;
        int longest = context - newTokens;
        if (newTokens < 1 || longest < 1) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "--max-new-tokens: expected 1 to %d, found %d".formatted(context - 1, newTokens));
        }
        List<Prompt> held =
                RunPrompts.split(prompts, student.tokenizer(), longest, heldOut).heldOut();
        List<Prompt> used = held.subList(0, Math.min(held.size(), limit));
        if (used.isEmpty()) {
            throw new UserException(ExitCode.DATA, prompts + ": expected prompts to evaluate on, found none held out");
        }
        Evaluator.Settings settings = new Evaluator.Settings(newTokens, seed, judge());
        try (Evaluator evaluator = new Evaluator(
                new Decoder(student.config()),
                student.tokenizer(),
                settings,
                used,
                teacherScorer(student),
                Prompt::tokens)) {
            print(evaluator.prompts(), evaluator.evaluate(adapter.weights(student)));
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.DATA, String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Verifier judge() {
        try {
            return verifier == null ? null : Verifiers.named(verifier);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, "--" + e.getMessage(), e);
        }
    }

    private @Nullable SequenceScorer teacherScorer(ModelDirectory student) {
        if (teacher == null) {
            return null;
        }
        ModelDirectory directory = ModelDirectory.open(teacher);
        if (!directory.tokenizer().fingerprint().equals(student.tokenizer().fingerprint())) {
            throw new UserException(
                    ExitCode.DATA, "the tokenizer of --teacher %s differs from the model's".formatted(teacher));
        }
        return new SequenceScorer(new Decoder(directory.config()), directory.loadWeights(), TOKEN_BUDGET);
    }

    private void print(int count, Map<String, Double> metrics) {
        JsonObject answer = new JsonObject();
        answer.addProperty("prompts", count);
        metrics.forEach(answer::addProperty);
        spec.commandLine()
                .getOut()
                .println(new GsonBuilder().setPrettyPrinting().create().toJson(answer));
    }
}
