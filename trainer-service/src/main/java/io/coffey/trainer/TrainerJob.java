// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterSettings;
import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Precision;
import io.coffey.model.Weights;
import io.coffey.service.ExitCode;
import io.coffey.service.UserException;
import io.coffey.training.LearningRate;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Everything a trainer is told.
 *
 * @param runId the run; also the trainer's transactional id, so that only one is active
 * @param seed seed of the run
 * @param settings section {@code trainer} of the run file
 * @param pace how much work is let in
 * @param origin whose completions are trained
 * @param sampling how rollouts sample, at most
 * @param curriculum how their length limit grows
 * @param student where the student begins
 * @param objective what it is trained to do
 * @param checkpoints where checkpoints lie
 * @param warmedUp where training starts, if not where the student begins: then the student is only sampled from
 */
public record TrainerJob(
        String runId,
        long seed,
        TrainerSection settings,
        Pace pace,
        Origin origin,
        Sampling sampling,
        LengthCurriculum curriculum,
        ModelDirectory student,
        Objective objective,
        Path checkpoints,
        Optional<WarmedUp> warmedUp) {

    /**
     * Puts the sections of a run file together.
     *
     * @throws IllegalArgumentException naming the settings that do not go together
     */
    public static TrainerJob of(
            String runId,
            long seed,
            TrainerSection settings,
            SamplingSection sampling,
            ModelDirectory student,
            Objective objective,
            Path checkpoints) {
        if (objective.policyGradient() && !sampling.sampling().isUnprocessed()) {
            throw new IllegalArgumentException(
                    ("objective %s needs samples of the student's own distribution: expected sampling.temperature 1,"
                                    + " topK 0 and topP 1, found %s, %d and %s")
                            .formatted(objective.name(), sampling.temperature(), sampling.topK(), sampling.topP()));
        }
        Origin origin = sampling.origin().origin();
        if (objective.policyGradient() && origin != Origin.STUDENT) {
            throw new IllegalArgumentException(
                    "objective %s weighs tokens that the student sampled: expected sampling.origin student, found %s"
                            .formatted(objective.name(), origin.name().toLowerCase(Locale.ROOT)));
        }
        if (origin == Origin.MIXED && !sampling.sampling().isUnprocessed()) {
            throw new IllegalArgumentException(
                    ("sampling.origin mixed mixes distributions as they are: expected sampling.temperature 1, topK 0 and"
                                    + " topP 1, found %s, %d and %s")
                            .formatted(sampling.temperature(), sampling.topK(), sampling.topP()));
        }
        Pace pace = new Pace(
                settings.order(),
                settings.batch(),
                sampling.samplesPerPrompt(),
                settings.maxStaleness(),
                settings.publishEvery());
        TrainerJob job = new TrainerJob(
                runId,
                seed,
                settings,
                pace,
                origin,
                sampling.sampling(),
                LengthCurriculum.of(sampling.curriculum(), sampling.maxNewTokens()),
                student,
                objective,
                checkpoints,
                Optional.empty());
        if (settings.reads().filter(runId::equals).isPresent()) {
            throw new IllegalArgumentException(
                    "trainer.reads: expected another run, found %s itself: give this one a name of its own with --name"
                            .formatted(runId));
        }
        requireParent(job);
        requirePairs(job);
        requireAdapter(job);
        requireVocabulary(job);
        OutcomeWeighting.requireVerifier(settings.weighting());
        filterProblem(settings.filter(), objective, origin).ifPresent(problem -> {
            throw new IllegalArgumentException("trainer.filter: " + problem);
        });
        privacyProblem(settings.privacy(), objective).ifPresent(problem -> {
            throw new IllegalArgumentException("trainer.privacy.pattern: " + problem);
        });
        return job;
    }

    /** Why a filter does not go with the objective or the origin of its trajectories; empty where it does. */
    public static Optional<String> filterProblem(FilterSection filter, Objective objective, Origin origin) {
        if (filter.filter().decides() && objective.needs().pairs()) {
            return Optional.of("expected shares of 1 with objective %s, whose pairs are compared whole, found %s and %s"
                    .formatted(objective.name(), filter.confidentShare(), filter.surprisedShare()));
        }
        if (filter.surprisedShare() < 1 && origin != Origin.STUDENT) {
            return Optional.of("expected surprisedShare 1 with completions that the student did not sample, found "
                    + filter.surprisedShare());
        }
        return Optional.empty();
    }

    /** Why {@code trainer.privacy.pattern} is none, or does not go with the objective; empty where it does. */
    public static Optional<String> privacyProblem(PrivacySection privacy, Objective objective) {
        if (privacy.pattern().isEmpty()) {
            return Optional.empty();
        }
        String pattern = privacy.pattern().get();
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            return Optional.of("expected a Java regular expression, found \"%s\": %s at index %d"
                    .formatted(pattern, e.getDescription(), e.getIndex()));
        }
        return objective.softensTeacher()
                ? Optional.empty()
                : Optional.of(
                        ("expected none with objective %s, which has no teacher's distribution that adds up to one on a"
                                        + " support (divergence and opsd with tail bucket or renormalise, skew and taid have), found"
                                        + " \"%s\"")
                                .formatted(objective.name(), pattern));
    }

    private static void requireParent(TrainerJob job) {
        job.parent().ifPresent(parent -> {
            if (parent.equals(job.runId())) {
                throw new IllegalArgumentException(
                        "trainer.fork.of: expected another run, found %s itself: give this one a name of its own"
                                .formatted(parent));
            }
            if (!job.readsAnother()) {
                throw new IllegalArgumentException(
                        "trainer.reads: missing, expected the run whose trajectories run %s trained: coffey replay --fork fills it in"
                                .formatted(parent));
            }
        });
    }

    private static void requirePairs(TrainerJob job) {
        boolean pairs = job.objective().needs().pairs();
        if (pairs != job.pace().order().ofTheBeginning()) {
            throw new IllegalArgumentException("trainer.order: expected %s with objective %s, found %s"
                    .formatted(
                            pairs ? "snapshot" : "lockstep, pipelined or async",
                            job.objective().name(),
                            job.pace().order().name().toLowerCase(Locale.ROOT)));
        }
        if (pairs && job.adapter().isPresent()) {
            throw new IllegalArgumentException(
                    "trainer.lora.rank: expected 0 with objective %s, which trains from a warmed-up student, found %d"
                            .formatted(
                                    job.objective().name(),
                                    job.settings().lora().rank()));
        }
    }

    private static void requireVocabulary(TrainerJob job) {
        Needs needs = job.objective().needs();
        int compared = Math.max(needs.teacherTopK(), needs.studentTopK());
        int vocabulary = job.student().config().vocabularySize();
        if (compared > vocabulary) {
            throw new IllegalArgumentException(
                    "objective %s looks at the %d likeliest tokens, but the student's vocabulary has %d: set objective.topK to"
                                    .formatted(job.objective().name(), compared, vocabulary)
                            + " that or less");
        }
    }

    private static void requireAdapter(TrainerJob job) {
        job.adapter().ifPresent(adapter -> {
            List<String> there = Adapter.targets(job.student().config());
            if (!there.containsAll(adapter.targets())) {
                throw new IllegalArgumentException("trainer.lora.targets: expected some of %s, found %s"
                        .formatted(String.join(", ", there), String.join(", ", adapter.targets())));
            }
        });
    }

    /**
     * What the sections of a trainer's settings say.
     *
     * @throws UserException naming what cannot be used or does not go together
     */
    public static TrainerJob of(TrainerSettings settings) {
        String run = settings.run().name();
        Precision precision = Precision.valueOf(settings.student().precision().name());
        try {
            TrainerJob job = of(
                    run,
                    settings.run().seed(),
                    settings.trainer(),
                    settings.sampling(),
                    ModelDirectory.open(settings.student().model(), precision),
                    Objectives.create(settings.objective()),
                    settings.run().directory().resolve(run).resolve("checkpoints"));
            return job.objective().needs().pairs()
                    ? job.from(WarmedUp.of(ModelDirectory.open(settings.run().warmedUp(), precision)))
                    : job;
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** The run whose scored trajectories are trained: this one, or the one that it reads. */
    public String source() {
        return settings.reads().orElse(runId);
    }

    /** Whether another run's scored trajectories are trained. */
    public boolean readsAnother() {
        return settings.reads().isPresent();
    }

    /** The run whose ledger gives the batches. */
    public Optional<String> parent() {
        return settings.fork().of();
    }

    /** The step with which the run ends. */
    public long lastStep() {
        return parent().isPresent() ? Math.min(settings.steps(), settings.fork().to()) : settings.steps();
    }

    /** Requests dispatched once the given step is committed; a run that reads another dispatches none. */
    public long dispatchedAfter(long step) {
        return readsAnother() ? 0 : pace.dispatchedAfter(step);
    }

    /** The same, trained from there. */
    public TrainerJob from(WarmedUp start) {
        return new TrainerJob(
                runId,
                seed,
                settings,
                pace,
                origin,
                sampling,
                curriculum,
                student,
                objective,
                checkpoints,
                Optional.of(start));
    }

    /**
     * Checks that a scored trajectory can be trained.
     *
     * @param loss the compiled objective
     * @throws io.coffey.distillation.batch.UntrainableTrajectoryException naming what it lacks
     */
    public void requireTrainable(ObjectiveLoss loss, ScoredTrajectory scored) {
        warmedUp.ifPresent(reference -> reference.requireReference(scored));
        loss.batch(List.of(scored));
    }

    /** Canonical bytes of the weights that training starts from. */
    public byte[] initialWeights() {
        try (Weights weights = warmedUp.map(WarmedUp::model).orElse(student).loadWeights()) {
            return weights.toBytes();
        }
    }

    /** The adapter that learns; empty where all weights do. */
    public Optional<AdapterSettings> adapter() {
        LoraSection lora = settings.lora();
        return lora.rank() == 0
                ? Optional.empty()
                : Optional.of(new AdapterSettings(
                        lora.rank(), lora.alpha(), lora.targets().orElseGet(() -> Adapter.targets(student.config()))));
    }

    /**
     * How much each trajectory counts.
     *
     * @param prompts prompts of the run, by id
     * @throws UserException if the verifier cannot judge one of them
     */
    public Weighting weighting(Map<String, Prompt> prompts) {
        try {
            return new OutcomeWeighting(settings.weighting(), prompts, student.tokenizer());
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** The teacher's temperature at each token. */
    public Softening softening() {
        PrivacySection privacy = settings.privacy();
        return privacy.pattern()
                .<Softening>map(pattern ->
                        new PrivateTokens(Pattern.compile(pattern), privacy.temperature(), student.tokenizer()))
                .orElse(Softening.NONE);
    }

    /** The learning rate as the settings say. */
    public LearningRate learningRate() {
        return new LearningRate(
                settings.learningRate(),
                settings.schedule(),
                settings.steps(),
                settings.warmupSteps(),
                settings.finalFactor(),
                settings.decayShare(),
                settings.decayFactor());
    }

    /** Every setting that decides the result, by name, in one canonical spelling; what a resumed run is held to. */
    public Map<String, String> decisiveSettings() {
        return new DecisiveSettings(this).all();
    }
}
