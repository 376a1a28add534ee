// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import io.coffey.cli.report.Console;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.model.ModelDirectory;
import io.coffey.model.ModelException;
import io.coffey.model.Weights;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.tokenizer.Continuation;
import io.coffey.trainer.WarmedUp;
import io.coffey.training.LearningRate;
import io.coffey.training.SupervisedFineTuning;
import io.coffey.training.TrainableModel;
import io.coffey.training.TrainingSequence;
import io.coffey.weights.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The fine-tuning of the student on the teacher's responses, with which a preference run begins: done once, then found
 * in the run's folder, with a file of what decided it. A model that somebody else put there is taken as it is.
 */
final class WarmUp {

    private static final int LINE_STEPS = 100;
    private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

    private final LocalRunSettings settings;
    private final ModelDirectory student;
    private final List<TrainingSequence> responses;
    private final RunDirectory directory;

    /** @param prompts prompts to train on, each with a response */
    WarmUp(LocalRunSettings settings, ModelDirectory student, List<Prompt> prompts, RunDirectory directory) {
        this.settings = settings;
        this.student = student;
        this.responses =
                prompts.stream().map(prompt -> response(student, prompt)).toList();
        this.directory = directory;
    }

    /**
     * The student after it.
     *
     * @throws UserException if it was done with other settings
     */
    WarmedUp done(Console console) throws IOException {
        if (Files.isDirectory(directory.warmedUp())) {
            ModelDirectory found = ModelDirectory.open(directory.warmedUp(), student.precision());
            if (found.hasWeights()) {
                refuseAnother(found);
                return WarmedUp.of(found);
            }
        }
        byte[] description = JSON.toJson(decisive()).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(directory.warmUpSettings(), channel -> channel.write(ByteBuffer.wrap(description)));
        byte[] trained = train(console);
        try (Weights weights = Weights.fromBytes(student.config(), ByteBuffer.wrap(trained))) {
            student.save(directory.warmedUp(), weights);
        }
        return WarmedUp.of(ModelDirectory.open(directory.warmedUp(), student.precision()));
    }

    private byte[] train(Console console) {
        LocalRunSettings.WarmUpSection how = settings.warmUp();
        LearningRate rate = new LearningRate(
                how.learningRate(), how.schedule(), how.steps(), how.warmupSteps(), how.finalFactor(), 0, 1);
        byte[] initial;
        try (Weights weights = student.loadWeights()) {
            initial = weights.toBytes();
        }
        try (TrainableModel learning = new TrainableModel(student.decoder(), initial, how.adamW(), how.memory())) {
            double[] first = new double[1];
            return SupervisedFineTuning.train(
                    learning,
                    responses,
                    new SupervisedFineTuning.Settings(
                            how.batch(), rate, settings.run().seed(), how.microBatchTokens()),
                    step -> {
                        first[0] = step.number() == 1 ? step.loss() : first[0];
                        show(step, first[0], console);
                    });
        }
    }

    private void show(SupervisedFineTuning.Step step, double firstLoss, Console console) {
        long steps = settings.warmUp().steps();
        if (step.number() == steps) {
            console.say(String.format(
                    Locale.ROOT,
                    "warmed up on %,d responses in %,d steps: %.3f nats per token, %.3f before",
                    responses.size(),
                    steps,
                    step.loss(),
                    firstLoss));
        } else if (console.terminal() || step.number() % LINE_STEPS == 0) {
            console.show("warming up, step %,d of %,d".formatted(step.number(), steps));
        }
    }

    private static TrainingSequence response(ModelDirectory student, Prompt prompt) {
        return new TrainingSequence(
                prompt.tokens(),
                Continuation.tokens(
                        student.tokenizer(),
                        prompt.text(),
                        prompt.tokens(),
                        Objects.requireNonNull(prompt.teacherText()),
                        student.config().stopTokens().get(0)));
    }

    private void refuseAnother(ModelDirectory found) throws IOException {
        if (!found.config().fingerprint().equals(student.config().fingerprint())
                || !found.tokenizer().fingerprint().equals(student.tokenizer().fingerprint())) {
            throw new ModelException("%s: expected the student of %s warmed up, found another network or tokenizer"
                    .formatted(found.path(), student.path()));
        }
        if (!Files.exists(directory.warmUpSettings())) {
            return;
        }
        Map<String, String> before = JSON.fromJson(
                Files.readString(directory.warmUpSettings()), new TypeToken<Map<String, String>>() {}.getType());
        List<String> differences = new ArrayList<>();
        decisive().forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                differences.add("%s was %s and is now %s".formatted(name, before.get(name), value));
            }
        });
        if (!differences.isEmpty()) {
            throw new UserException(
                    ExitCode.DATA,
                    "run %s was warmed up otherwise: %s; put it back, or take another name with --name"
                            .formatted(settings.run().name(), String.join("; ", differences)));
        }
    }

    /** All that decides the weights, by name. */
    private Map<String, String> decisive() {
        LocalRunSettings.WarmUpSection how = settings.warmUp();
        Map<String, String> decisive = new TreeMap<>();
        try (Weights weights = student.loadWeights()) {
            decisive.put("the student's weights", weights.digest());
        }
        decisive.put("the responses", digest());
        decisive.put("run.seed", Long.toString(settings.run().seed()));
        decisive.put("student.precision", student.precision().name());
        decisive.put("warmUp.steps", Long.toString(how.steps()));
        decisive.put("warmUp.batch", Integer.toString(how.batch()));
        decisive.put("warmUp.learningRate", Double.toString(how.learningRate()));
        decisive.put("warmUp.schedule", how.schedule().toString());
        decisive.put("warmUp.warmupSteps", Long.toString(how.warmupSteps()));
        decisive.put("warmUp.finalFactor", Double.toString(how.finalFactor()));
        decisive.put("warmUp.microBatchTokens", Integer.toString(how.microBatchTokens()));
        decisive.put("warmUp.lossChunkTokens", Integer.toString(how.lossChunkTokens()));
        decisive.put("warmUp's optimiser", how.adamW().toString());
        return decisive;
    }

    private String digest() {
        StringBuilder all = new StringBuilder();
        for (TrainingSequence response : responses) {
            all.append(Arrays.toString(response.prompt())).append(Arrays.toString(response.completion()));
        }
        return DigestUtils.sha256Hex(all.toString());
    }
}
