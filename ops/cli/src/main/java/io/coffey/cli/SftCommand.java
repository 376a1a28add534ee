// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterDirectory;
import io.coffey.adapter.AdapterSettings;
import io.coffey.cli.report.Console;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.service.ExitCode;
import io.coffey.service.SettingsLoader;
import io.coffey.service.UserException;
import io.coffey.torch.Torch;
import io.coffey.training.LearningRate;
import io.coffey.training.SupervisedFineTuning;
import io.coffey.training.TrainableModel;
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
            "With lora.rank above 0 only an adapter learns, and output gets it in PEFT's form.",
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
        Training training = new Training(model, new Decoder(model.config()), examples, settings, console);
        if (settings.lora().rank() == 0) {
            trainAll(training);
        } else {
            trainAdapter(training);
        }
    }

    /** What is trained on what. */
    private record Training(
            ModelDirectory model,
            Decoder decoder,
            List<TrainingSequence> examples,
            SftSettings.Section settings,
            Console console) {

        byte[] train(TrainableModel learning) {
            return SupervisedFineTuning.train(
                    learning, examples, schedule(settings), step -> show(step, settings.steps(), console));
        }
    }

    private static void trainAll(Training training) {
        ModelDirectory model = training.model();
        SftSettings.Section settings = training.settings();
        byte[] trained;
        try (TrainableModel learning = new TrainableModel(
                training.decoder(), initialWeights(model, settings), settings.adamW(), settings.memory())) {
            trained = training.train(learning);
        }
        try (Weights weights = Weights.fromBytes(model.config(), ByteBuffer.wrap(trained))) {
            model.save(settings.output(), weights);
            training.console().say("wrote %s, weights %s".formatted(settings.output(), weights.digest()));
        }
    }

    private static void trainAdapter(Training training) {
        ModelDirectory model = training.model();
        SftSettings.Section settings = training.settings();
        if (settings.fresh()) {
            throw new UserException(
                    ExitCode.CONFIGURATION, "sft.fresh: expected false, found true: an adapter needs trained weights");
        }
        try (Weights base = model.loadWeights()) {
            byte[] trained;
            try (TrainableModel learning = TrainableModel.adapting(
                    training.decoder(),
                    base,
                    initialAdapter(model, base, settings),
                    settings.adamW(),
                    settings.memory())) {
                trained = training.train(learning);
            }
            try (Adapter adapter = Adapter.fromBytes(model.config(), trained)) {
                AdapterDirectory.save(
                        settings.output(), adapter, settings.model().toString());
                training.console().say("wrote %s, adapter %s".formatted(settings.output(), adapter.digest()));
                settings.lora().merged().ifPresent(target -> saveMerged(training, base, adapter, target));
            }
        }
    }

    private static void saveMerged(Training training, Weights base, Adapter adapter, Path target) {
        try (Weights merged = adapter.mergeInto(base)) {
            training.model().save(target, merged);
            training.console().say("wrote %s, weights %s".formatted(target, merged.digest()));
        }
    }

    private static byte[] initialAdapter(ModelDirectory model, Weights base, SftSettings.Section settings) {
        List<String> targets = settings.lora().targets().orElseGet(() -> Adapter.targets(model.config()));
        try {
            AdapterSettings made =
                    new AdapterSettings(settings.lora().rank(), settings.lora().alpha(), targets);
            try (Adapter adapter = Adapter.initial(model.config(), made, base.digest(), settings.seed())) {
                return adapter.toBytes();
            }
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, "sft.lora: " + e.getMessage(), e);
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

    private static SupervisedFineTuning.Settings schedule(SftSettings.Section settings) {
        LearningRate rate = new LearningRate(
                settings.learningRate(),
                settings.schedule(),
                settings.steps(),
                settings.warmupSteps(),
                settings.finalFactor(),
                0,
                1);
        return new SupervisedFineTuning.Settings(settings.batch(), rate, settings.seed(), settings.microBatchTokens());
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
