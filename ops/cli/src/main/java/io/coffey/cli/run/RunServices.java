// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.cli.evaluation.EvaluationService;
import io.coffey.cli.evaluation.Evaluator;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.verifier.Verifiers;
import io.coffey.model.Decoder;
import io.coffey.model.ModelDirectory;
import io.coffey.rollout.kafka.RolloutService;
import io.coffey.scorer.ScorerJob;
import io.coffey.scorer.kafka.ScorerService;
import io.coffey.scorer.teacher.Teacher;
import io.coffey.scoring.SequenceScorer;
import io.coffey.service.ExitCode;
import io.coffey.service.MetricsEndpoint;
import io.coffey.service.Service;
import io.coffey.service.UserException;
import io.coffey.stream.Topics;
import io.coffey.trainer.LocalStudent;
import io.coffey.trainer.SamplingSection;
import io.coffey.trainer.TrainerJob;
import io.coffey.trainer.TrainerProgress;
import io.coffey.trainer.WarmedUp;
import io.coffey.trainer.kafka.TrainerService;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Wires the services of a run, as their own mains do, for one process. */
final class RunServices {

    private static final int EVALUATION_TOKEN_BUDGET = 4096;

    private final LocalRunSettings settings;
    private final RunInputs inputs;
    private final RunLog log;
    private final RunModels models;
    private final MetricsEndpoint metrics;

    /** @param metrics tells how the services do */
    RunServices(LocalRunSettings settings, RunInputs inputs, RunLog log, RunModels models, MetricsEndpoint metrics) {
        this.settings = settings;
        this.inputs = inputs;
        this.log = log;
        this.models = models;
        this.metrics = metrics;
    }

    Service rollout() {
        Optional<ModelDirectory> teacher = settings.sampling().origin() == SamplingSection.Prefix.STUDENT
                ? Optional.empty()
                : Optional.of(inputs.teacher());
        String run = settings.run().name();
        metrics.followLag(log.clients(), RolloutService.group(run), log.topics().rolloutRequests());
        return metrics.watch(RolloutService.local(
                run,
                log.topics(),
                log.clients(),
                log.codecs(),
                settings.rollout(),
                inputs.student(),
                () -> models.engine(
                        inputs.student(), () -> RolloutService.engine(settings.rollout(), inputs.student(), teacher))));
    }

    Service scorer() {
        ScorerJob job = scorerJob();
        Teacher teacher =
                models.teacher(job, () -> ScorerService.teacher(job, log.topics(), log.clients(), log.codecs()));
        metrics.followLag(
                log.clients(), ScorerService.group(job.runId()), log.topics().trajectories());
        return metrics.watch(new ScorerService(job, log.topics(), log.clients(), log.codecs(), teacher));
    }

    /** What the teacher makes of the references; empty where it is shown none. */
    Optional<ContextGain> contextGain() {
        return scorerJob()
                .context()
                .map(context -> ContextGain.measure(
                        inputs.teacher(), context, inputs.prompts().training()));
    }

    private ScorerJob scorerJob() {
        return new ScorerJob(
                settings.run().name(),
                settings.scorer(),
                settings.teacher(),
                inputs.warmedUp().map(WarmedUp::model).orElse(inputs.teacher()),
                objective().needs());
    }

    Service trainer(Path checkpoints) {
        TrainerJob own = trainerJob(settings, inputs, checkpoints);
        TrainerJob job = inputs.warmedUp().map(own::from).orElse(own);
        metrics.followLag(
                log.clients(), TrainerService.group(job.runId()), new Topics(job.source()).scoredTrajectories());
        return metrics.watch(new TrainerService(
                job,
                log.clients(),
                log.topics(),
                log.codecs(),
                new TrainerProgress(),
                (objective, weighting) -> models.student(job, () -> LocalStudent.open(job, objective, weighting))));
    }

    /**
     * What the trainer of a run is told.
     *
     * @throws UserException naming settings that do not go together
     */
    static TrainerJob trainerJob(LocalRunSettings settings, RunInputs inputs, Path checkpoints) {
        try {
            return TrainerJob.of(
                    settings.run().name(),
                    settings.run().seed(),
                    settings.trainer(),
                    settings.sampling(),
                    inputs.student(),
                    Objectives.create(settings.objective()),
                    checkpoints);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** The evaluator; absent when no prompt is held out. */
    Optional<EvaluationService> evaluator() {
        List<Prompt> heldOut = inputs.prompts().heldOut();
        if (heldOut.isEmpty()) {
            return Optional.empty();
        }
        List<Prompt> prompts = heldOut.subList(
                0, Math.min(heldOut.size(), settings.evaluation().prompts()));
        Evaluator.Settings how = new Evaluator.Settings(
                settings.sampling().maxNewTokens(),
                settings.run().seed(),
                settings.evaluation().verifier().map(Verifiers::named).orElse(null));
        return Optional.of(new EvaluationService(
                log.clients(),
                log.topics(),
                log.codecs(),
                inputs.student(),
                settings.evaluation().every(),
                lastVersion(),
                () -> new Evaluator(
                        new Decoder(inputs.student().config()),
                        inputs.student().tokenizer(),
                        how,
                        prompts,
                        evaluatingTeacher(),
                        teacherPrompt())));
    }

    /** The newest version that the run will publish. */
    private long lastVersion() {
        long last = settings.trainer().fork().of().isPresent()
                ? Math.min(settings.trainer().steps(), settings.trainer().fork().to())
                : settings.trainer().steps();
        return last - last % settings.trainer().publishEvery();
    }

    /** Absent where the teacher is known by its responses alone. */
    private @Nullable SequenceScorer evaluatingTeacher() {
        return objective().needs().pairs() && settings.teacher().model().isEmpty()
                ? null
                : new SequenceScorer(
                        new Decoder(inputs.teacher().config()),
                        inputs.teacher().loadWeights(),
                        EVALUATION_TOKEN_BUDGET);
    }

    /** What the teacher sees of a prompt; whoever is to see references has checked that all are there. */
    private Function<Prompt, int[]> teacherPrompt() {
        return scorerJob()
                .context()
                .<Function<Prompt, int[]>>map(
                        context -> prompt -> context.tokens(prompt.text(), Objects.requireNonNull(prompt.reference())))
                .orElse(Prompt::tokens);
    }

    private Objective objective() {
        return Objectives.create(settings.objective());
    }
}
