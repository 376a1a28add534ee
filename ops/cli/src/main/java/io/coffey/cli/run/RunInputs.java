// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptCheck;
import io.coffey.cli.prompts.PromptFile;
import io.coffey.cli.prompts.RunPrompts;
import io.coffey.cli.report.Console;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.model.ModelDirectory;
import io.coffey.model.ModelException;
import io.coffey.model.Precision;
import io.coffey.sampling.SamplingSettings;
import io.coffey.scorer.TeacherChoice;
import io.coffey.scorer.context.PrivilegedContext;
import io.coffey.service.ComputeSection;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.torch.Device;
import io.coffey.trainer.WarmedUp;
import io.coffey.training.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models and prompts of a run, opened and found to fit each other.
 *
 * @param student where the student begins
 * @param teacher who scores
 * @param prompts prompts to train on and to evaluate on
 * @param warmedUp where a preference run starts to train; empty for other runs, and until it was made
 */
public record RunInputs(
        ModelDirectory student, ModelDirectory teacher, RunPrompts prompts, Optional<WarmedUp> warmedUp) {

    /**
     * Opens what the settings name.
     *
     * @throws UserException naming everything that cannot be used
     */
    public static RunInputs open(LocalRunSettings settings) {
        List<String> problems = new ArrayList<>();
        ModelDirectory student = attempt(problems, () -> student(settings));
        ModelDirectory teacher = attempt(problems, () -> teacher(settings));
        if (student != null && teacher != null) {
            problems.addAll(misfits(student, teacher, settings.sampling().maxNewTokens()));
        }
        RunPrompts prompts = null;
        if (student != null) {
            prompts = attempt(problems, () -> prompts(settings, student, teacher == null ? student : teacher));
        }
        if (prompts != null) {
            checkVerifier(prompts, settings, problems);
        }
        if (student == null || teacher == null || prompts == null || !problems.isEmpty()) {
            throw new UserException(ExitCode.DATA, String.join("\n  ", problems));
        }
        return new RunInputs(student, teacher, prompts, Optional.empty());
    }

    /**
     * The same with what a preference run has to make before it begins: missing responses of the teacher, and the
     * student warmed up on all of them. What was made before is found again. Needs the engine.
     */
    public RunInputs complete(LocalRunSettings settings, Console console) throws IOException {
        if (!Objectives.create(settings.objective()).needs().pairs()) {
            return this;
        }
        RunDirectory directory = RunDirectory.of(settings.run());
        Files.createDirectories(directory.path());
        Sampling sampling = settings.sampling().sampling();
        SamplingSettings how = new SamplingSettings(
                sampling.temperature(), sampling.topK(), sampling.topP(), sampling.maxNewTokens(), 0, false);
        console.show("reading the teacher's responses");
        RunPrompts answered =
                new TeacherResponses(teacher, how, settings.run().seed(), directory.responses()).complete(prompts);
        WarmedUp start = new WarmUp(settings, student, answered.training(), directory).done(console);
        return new RunInputs(student, teacher, answered, Optional.of(start));
    }

    /**
     * The device of the whole run.
     *
     * @throws UserException if student and teacher are to run on different ones
     */
    public static Device device(LocalRunSettings settings) {
        Device device = Device.named(settings.student().device());
        if (!device.equals(Device.named(settings.teacher().device()))) {
            throw new UserException(
                    ExitCode.CONFIGURATION,
                    "teacher.device: expected %s as student.device, since all run in one process, found %s"
                            .formatted(device, settings.teacher().device()));
        }
        return device;
    }

    /**
     * Opens the student, with tokenizer and weights.
     *
     * @throws UserException if it cannot be used
     */
    public static ModelDirectory student(LocalRunSettings settings) {
        return usable(settings.student().model(), settings.student(), "student.model");
    }

    /**
     * Opens the teacher, which is the student itself where no other is named.
     *
     * @throws UserException if it cannot be used
     */
    public static ModelDirectory teacher(LocalRunSettings settings) {
        Optional<Path> own = settings.teacher().model();
        return usable(
                own.orElse(settings.student().model()),
                settings.teacher(),
                own.isPresent() ? "teacher.model" : "student.model");
    }

    /**
     * Reads the prompts as the run's student and teacher take them.
     *
     * @throws UserException naming the lines that cannot be used
     * @throws DataException naming the line that is malformed
     */
    public static RunPrompts prompts(LocalRunSettings settings, ModelDirectory student, ModelDirectory teacher) {
        return RunPrompts.read(
                source(settings.prompts()),
                student.tokenizer(),
                longestPrompt(student, teacher, settings),
                settings.prompts().heldOut(),
                check(settings, student, teacher),
                settings.prompts().tooLong() == LocalRunSettings.TooLong.LEAVE_OUT);
    }

    private static ModelDirectory usable(Path directory, ComputeSection section, String key) {
        try {
            ModelDirectory model = ModelDirectory.open(
                    directory, Precision.valueOf(section.precision().name()));
            model.tokenizer();
            if (!model.hasWeights()) {
                throw new ModelException(directory + ": the model has no weights");
            }
            return model;
        } catch (ModelException e) {
            throw new UserException(ExitCode.DATA, key + ": " + e.getMessage(), e);
        }
    }

    /** Why a student cannot learn from a teacher, one line each; none where it can. */
    public static List<String> misfits(ModelDirectory student, ModelDirectory teacher, int maxNewTokens) {
        List<String> problems = new ArrayList<>();
        int studentTokens = student.config().vocabularySize();
        int teacherTokens = teacher.config().vocabularySize();
        if (studentTokens != teacherTokens) {
            problems.add(
                    "student.model and teacher.model: vocabularies differ: %d and %d tokens; distillation needs the same"
                            .formatted(studentTokens, teacherTokens));
        } else if (!student.tokenizer().fingerprint().equals(teacher.tokenizer().fingerprint())) {
            problems.add(
                    "student.model and teacher.model: tokenizers differ (fingerprints %.12s and %.12s); distillation needs the same"
                            .formatted(
                                    student.tokenizer().fingerprint(),
                                    teacher.tokenizer().fingerprint()));
        }
        if (maxNewTokens >= student.config().maxLength()) {
            problems.add("sampling.maxNewTokens: expected less than the student's context of %d tokens, found %d"
                    .formatted(student.config().maxLength(), maxNewTokens));
        }
        return problems;
    }

    /** A verifier that cannot judge a prompt says so now and not after an hour. */
    private static void checkVerifier(RunPrompts prompts, LocalRunSettings settings, List<String> problems) {
        settings.evaluation().verifier().map(Verifiers::named).ifPresent(verifier -> {
            for (Prompt prompt : prompts.heldOut()) {
                try {
                    verifier.correct(prompt.text(), "", prompt.reference());
                } catch (IllegalArgumentException e) {
                    problems.add("evaluation.verifier: a prompt cannot be judged: " + e.getMessage());
                    return;
                }
            }
        });
    }

    private static PromptFile source(LocalRunSettings.PromptsSection prompts) {
        return new PromptFile(
                prompts.file(), prompts.promptKey(), prompts.referenceKey(), prompts.responseKey(), prompts.template());
    }

    private static PromptCheck check(LocalRunSettings settings, ModelDirectory student, ModelDirectory teacher) {
        if (Objectives.create(settings.objective()).needs().pairs()) {
            return new ResponseCheck(student, settings.teacher().model().isPresent());
        }
        int longest = teacher.config().maxLength() - settings.sampling().maxNewTokens();
        return context(settings, teacher)
                .<PromptCheck>map(context -> new ContextCheck(context, longest))
                .orElse(PromptCheck.NONE);
    }

    private static Optional<PrivilegedContext> context(LocalRunSettings settings, ModelDirectory teacher) {
        return TeacherChoice.template(
                        settings.teacher(),
                        Objectives.create(settings.objective()).needs())
                .map(template -> new PrivilegedContext(template, teacher.tokenizer()));
    }

    private static int longestPrompt(ModelDirectory student, ModelDirectory teacher, LocalRunSettings settings) {
        int context = Math.min(student.config().maxLength(), teacher.config().maxLength());
        return Math.max(1, context - settings.sampling().maxNewTokens());
    }

    private static <T> @Nullable T attempt(List<String> problems, Supplier<T> opening) {
        try {
            return opening.get();
        } catch (UserException | DataException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
