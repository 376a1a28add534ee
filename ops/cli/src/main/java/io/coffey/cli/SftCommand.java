// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.cli.report.Console;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.service.SettingsLoader;
import io.coffey.torch.Torch;
import io.coffey.training.AdamWSettings;
import io.coffey.training.LearningRate;
import io.coffey.training.SupervisedFineTuning;
import io.coffey.training.TrainingExamples;
import io.coffey.training.TrainingSequence;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Supervised fine-tuning. */
@Command(
        name = "sft",
        header = "Fine-tune a model on given completions: makes teachers and students to begin with.",
        description = {
            "FILE has one section, sft: model, data (a JSON object with prompt and completion a line), output, steps,"
                    + " learningRate, and more that have defaults.",
            "Equal settings give equal weights, byte for byte, on the same kind of machine."
        },
        sortOptions = false)
final class SftCommand implements Runnable {

    private static final int LINE_STEPS = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The settings, in YAML.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key over the file and the environment, as in sft.steps=20. Repeatable.")
    private final List<String> overrides = new ArrayList<>();

    @Override
    public void run() {
        SftSettings.Section settings = SettingsLoader.of(SftSettings.class)
                .load(file, SettingsLoader.overrides(overrides), System.getenv())
                .values()
                .sft();
        Torch.start(settings.threads());
        ModelDirectory model = ModelDirectory.open(settings.model());
        List<TrainingSequence> examples = TrainingExamples.read(settings.data(), model.tokenizer(), model.config());
        Console console = Console.of(spec.commandLine().getOut(), System.getenv());
        byte[] trained = SupervisedFineTuning.train(
                new Decoder(model.config()),
                initialWeights(model, settings),
                examples,
                training(settings),
                step -> show(step, settings.steps(), console));
        try (Weights weights = Weights.fromBytes(model.config(), ByteBuffer.wrap(trained))) {
            model.save(settings.output(), weights);
            console.say("wrote %s, weights %s".formatted(settings.output(), weights.digest()));
        }
    }

    private static byte[] initialWeights(ModelDirectory model, SftSettings.Section settings) {
        if (settings.fresh()) {
            return WeightsInitialization.canonical(model.config(), settings.seed());
        }
        try (Weights weights = model.loadWeights()) {
            return weights.toBytes();
        }
    }

    private static SupervisedFineTuning.Settings training(SftSettings.Section settings) {
        return new SupervisedFineTuning.Settings(
                settings.batch(),
                new LearningRate(
                        settings.learningRate(),
                        settings.schedule(),
                        settings.steps(),
                        settings.warmupSteps(),
                        settings.finalFactor(),
                        0,
                        1),
                new AdamWSettings(
                        settings.beta1(),
                        settings.beta2(),
                        settings.epsilon(),
                        settings.weightDecay(),
                        settings.maxGradientNorm()),
                settings.seed(),
                settings.microBatchTokens());
    }

    private static void show(SupervisedFineTuning.Step step, long steps, Console console) {
        boolean last = step.number() == steps;
        if (console.terminal() || last || step.number() % LINE_STEPS == 0) {
            String line = String.format(
                    Locale.ROOT,
                    "step %d/%d  loss %.4f  gradient norm %.3f  learning rate %.2e",
                    step.number(),
                    steps,
                    step.loss(),
                    step.gradientNorm(),
                    step.learningRate());
            if (last) {
                console.say(line);
            } else {
                console.show(line);
            }
        }
    }
}
