// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.prompts.PromptFile;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.scorer.TeacherChoice;
import io.coffey.service.LoadedSettings;
import io.coffey.service.Problems;
import io.coffey.service.SettingsLoader;
import io.coffey.trainer.SamplingSection;
import io.coffey.trainer.TrainerJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Reads a run file and reports all that is wrong with its settings at once, before anything is opened or started. */
public final class RunSettingsReader {

    private RunSettingsReader() {}

    /**
     * Reads a run file.
     *
     * @param file run file
     * @param overrides settings that go over the file's
     * @param environment environment of the process
     * @throws io.coffey.service.UserException naming every problem
     */
    public static LoadedSettings<LocalRunSettings> read(
            Path file, Map<String, String> overrides, Map<String, String> environment) {
        return loader().check(RunSettingsReader::checkEvaluationAndBroker)
                .check(RunSettingsReader::checkFiles)
                .check(RunSettingsReader::checkSampling)
                .load(file, overrides, environment);
    }

    /**
     * Reads a run file for a command that only explains or examines it: each value by itself has to be good; they need
     * not go together, and what they name need not be there.
     *
     * @throws io.coffey.service.UserException naming every problem
     */
    public static LoadedSettings<LocalRunSettings> readValues(
            Path file, Map<String, String> overrides, Map<String, String> environment) {
        return loader().load(file, overrides, environment);
    }

    private static SettingsLoader<LocalRunSettings> loader() {
        return SettingsLoader.of(LocalRunSettings.class).section("objective", Objectives::problems);
    }

    private static void checkEvaluationAndBroker(LocalRunSettings settings, Problems problems) {
        settings.evaluation()
                .verifier()
                .filter(name -> !Verifiers.names().contains(name))
                .ifPresent(name -> problems.add(
                        "evaluation.verifier",
                        "expected one of %s, found \"%s\"".formatted(String.join(", ", Verifiers.names()), name)));
        if (!settings.kafka().local() && settings.kafka().bootstrapServers().isEmpty()) {
            problems.add(
                    "kafka.bootstrapServers",
                    "missing, expected host:port of the brokers because kafka.local is false");
        }
        if (settings.kafka().local() && settings.trainer().reads().isPresent()) {
            problems.add(
                    "trainer.reads",
                    "expected none with a broker of one's own, which has no other run on it, found "
                            + settings.trainer().reads().get());
        }
        if (settings.kafka().local() && settings.topics().replication() > 1) {
            problems.add(
                    "topics.replication",
                    "expected 1 with a broker of one's own, found %d"
                            .formatted(settings.topics().replication()));
        }
    }

    private static void checkFiles(LocalRunSettings settings, Problems problems) {
        if (!Files.isRegularFile(settings.prompts().file())) {
            problems.add(
                    "prompts.file",
                    "expected a file of prompts, found none at "
                            + settings.prompts().file());
        }
        if (!settings.prompts().template().contains(PromptFile.PROMPT)) {
            problems.add(
                    "prompts.template",
                    "expected a text with {prompt}, found \"%s\""
                            .formatted(settings.prompts().template()));
        }
        checkDirectory("student.model", settings.student().model(), problems);
        settings.teacher().model().ifPresent(model -> checkDirectory("teacher.model", model, problems));
        TeacherChoice.problems(settings.teacher(), settings.objective()).forEach(problems::add);
    }

    private static void checkDirectory(String key, Path model, Problems problems) {
        if (!Files.isDirectory(model)) {
            problems.add(key, "expected a Hugging Face directory, found none at " + model);
        }
    }

    private static void checkSampling(LocalRunSettings settings, Problems problems) {
        int samples = settings.sampling().samplesPerPrompt();
        if (settings.trainer().batch() % samples != 0) {
            problems.add(
                    "sampling.samplesPerPrompt",
                    "expected a divisor of trainer.batch, which is %d, found %d"
                            .formatted(settings.trainer().batch(), samples));
        }
        if (!Objectives.problems(settings.objective()).isEmpty()) {
            return;
        }
        Objective objective = Objectives.create(settings.objective());
        if (objective.policyGradient() && !settings.sampling().sampling().isUnprocessed()) {
            problems.add(
                    "sampling",
                    "objective %s needs samples of the student's own distribution: expected temperature 1, topK 0 and topP 1"
                            .formatted(objective.name()));
        }
        if (settings.sampling().origin() != SamplingSection.Prefix.STUDENT) {
            checkTeacherWrites(settings, objective, problems);
        }
        TrainerJob.filterProblem(
                        settings.trainer().filter(),
                        objective,
                        settings.sampling().origin().origin())
                .ifPresent(problem -> problems.add("trainer.filter", problem));
        TrainerJob.privacyProblem(settings.trainer().privacy(), objective)
                .ifPresent(problem -> problems.add("trainer.privacy.pattern", problem));
        boolean snapshot = settings.trainer().order().ofTheBeginning();
        if (objective.needs().pairs() != snapshot) {
            problems.add(
                    "trainer.order",
                    "expected %s with objective %s"
                            .formatted(snapshot ? "lockstep, pipelined or async" : "snapshot", objective.name()));
        }
        if (objective.needs().pairs() && settings.trainer().lora().rank() > 0) {
            problems.add(
                    "trainer.lora.rank",
                    "expected 0 with objective %s, which trains from a warmed-up student".formatted(objective.name()));
        }
    }

    private static void checkTeacherWrites(LocalRunSettings settings, Objective objective, Problems problems) {
        SamplingSection sampling = settings.sampling();
        String found = sampling.origin().name().toLowerCase(Locale.ROOT);
        if (objective.policyGradient()) {
            problems.add(
                    "sampling.origin",
                    "expected student, because objective %s weighs tokens that the student sampled, found %s"
                            .formatted(objective.name(), found));
        }
        if (objective.needs().pairs()) {
            problems.add(
                    "sampling.origin",
                    "expected student, because objective %s sets the teacher's text against the student's, found %s"
                            .formatted(objective.name(), found));
        }
        if (settings.teacher().model().isEmpty()
                || TeacherChoice.template(settings.teacher(), objective.needs()).isPresent()) {
            problems.add(
                    "sampling.origin",
                    "expected student, because a teacher of this run sees references or is the student itself, found %s"
                            .formatted(found));
        }
        if (sampling.origin() == SamplingSection.Prefix.MIXED
                && !sampling.sampling().isUnprocessed()) {
            problems.add(
                    "sampling",
                    "origin mixed mixes distributions as they are: expected temperature 1, topK 0 and topP 1");
        }
    }
}
