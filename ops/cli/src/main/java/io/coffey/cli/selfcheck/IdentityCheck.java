// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.selfcheck;

import io.coffey.distillation.objective.Needs;
import io.coffey.distillation.objective.Objective;
import io.coffey.distillation.objective.Objectives;
import io.coffey.distillation.objective.Setting;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.Sampling;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.model.Decoder;
import io.coffey.model.DecoderConfig;
import io.coffey.model.ModelDirectory;
import io.coffey.model.Weights;
import io.coffey.model.WeightsInitialization;
import io.coffey.rollout.Finished;
import io.coffey.rollout.LocalEngine;
import io.coffey.rollout.UnusableWeightsException;
import io.coffey.scorer.teacher.LocalTeacher;
import io.coffey.scorer.teacher.Reading;
import io.coffey.trainer.StudentTrainer;
import io.coffey.trainer.Weighting;
import io.coffey.training.AdamWSettings;
import io.coffey.training.LearningRate;
import io.coffey.training.TrainableModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A student that is its own teacher has nothing to learn: loss and gradient are zero, whatever the objective. Terms
 * that do not vanish there by definition, such as a pull towards low entropy, are switched off. The same samples scored
 * by a stranger show that the check can fail.
 */
public final class IdentityCheck {

    private static final int PROMPTS = 16;
    private static final int PROMPT_TOKENS = 4;
    private static final int NEW_TOKENS = 12;
    private static final int TOKEN_BUDGET = 2048;
    private static final long STRANGER_SEED = 5;
    /** Scores are made by another script than the student's forward pass: equal to rounding, not to the bit. */
    private static final double ZERO = 1e-4;

    private final Decoder decoder;
    private final DecoderConfig config;
    private final byte[] weights;
    private final String fingerprint;

    /**
     * What the student learns from itself and from a stranger.
     *
     * @param settings settings of the objective, those among them that switch terms off
     * @param loss mean loss per token where the teacher is the student
     * @param gradientNorm norm of its gradient
     * @param strangerGradientNorm norm of the gradient where the teacher is another model
     */
    public record Result(Map<String, String> settings, double loss, double gradientNorm, double strangerGradientNorm) {

        /** Whether loss and gradient are zero where they should be and only there. */
        public boolean passed() {
            return Math.abs(loss) <= ZERO && gradientNorm <= ZERO && strangerGradientNorm > 100 * ZERO;
        }
    }

    /** A check on one model. */
    public IdentityCheck(ModelDirectory model) {
        this.config = model.config();
        this.decoder = new Decoder(config);
        this.fingerprint = config.fingerprint();
        try (Weights loaded = model.loadWeights()) {
            this.weights = loaded.toBytes();
        }
    }

    /** Every objective of trajectories as it comes, and with each choice it leaves. */
    public static List<Map<String, String>> objectives() {
        List<Map<String, String>> all = new ArrayList<>();
        for (String type : Objectives.types()) {
            if (Objectives.create(Map.of("type", type)).needs().pairs()) {
                continue; // a student that is its own reference still learns to prefer one response
            }
            all.add(Map.of("type", type));
            for (Setting setting : Objectives.settings(type)) {
                if (setting.expected().startsWith("one of ")) {
                    for (String choice :
                            setting.expected().substring("one of ".length()).split(", ", -1)) {
                        Map<String, String> settings = Map.of("type", type, setting.name(), choice);
                        if (!choice.equals(setting.defaultValue())
                                && Objectives.problems(settings).isEmpty()) { // some choices need another beside them
                            all.add(settings);
                        }
                    }
                }
            }
        }
        return all;
    }

    /** Checks one objective. */
    public Result check(Map<String, String> settings) {
        Objective asked = Objectives.create(settings);
        Objective objective = Objectives.create(asked.atRest());
        Map<String, String> told = new TreeMap<>(settings);
        told.putAll(switchedOff(asked));
        List<Trajectory> trajectories = sample(objective.needs());
        Map<String, Double> own = learn(objective, trajectories, weights);
        Map<String, Double> strange =
                learn(objective, trajectories, WeightsInitialization.canonical(config, STRANGER_SEED));
        return new Result(
                told,
                own.getOrDefault("loss", Double.NaN),
                own.getOrDefault("gradientNorm", Double.NaN),
                strange.getOrDefault("gradientNorm", Double.NaN));
    }

    private static Map<String, String> switchedOff(Objective objective) {
        Map<String, String> off = new TreeMap<>(objective.atRest());
        off.entrySet().removeAll(objective.settings().entrySet());
        return off;
    }

    private List<Trajectory> sample(Needs needs) {
        List<Trajectory> trajectories = new ArrayList<>();
        try (LocalEngine engine = new LocalEngine(decoder, fingerprint, PROMPTS, "selfcheck")) {
            engine.use(version(), weights);
            Random random = new Random(1);
            for (int i = 0; i < PROMPTS; i++) {
                int[] prompt =
                        random.ints(PROMPT_TOKENS, 0, config.vocabularySize()).toArray();
                engine.submit(i, request(i, prompt, needs));
            }
            while (trajectories.size() < PROMPTS) {
                for (Finished finished : engine.advance()) {
                    trajectories.addAll(finished.trajectories());
                }
            }
        } catch (UnusableWeightsException e) {
            throw new IllegalStateException("the model's own weights do not fit it", e);
        }
        return trajectories;
    }

    private PolicyVersion version() {
        return new PolicyVersion(
                "selfcheck",
                0,
                PolicyVersion.Kind.FULL,
                0,
                1,
                0,
                weights.length,
                "",
                Map.of(),
                fingerprint,
                config.fingerprint(),
                null);
    }

    private RolloutRequest request(int number, int[] prompt, Needs needs) {
        int newTokens = Math.min(NEW_TOKENS, config.maxLength() - PROMPT_TOKENS);
        return new RolloutRequest(
                "selfcheck",
                number,
                "prompt-" + number,
                prompt,
                1,
                new Sampling(1, 0, 1, newTokens),
                number,
                0,
                RolloutRequest.VersionRule.EXACT,
                Math.min(needs.studentTopK(), config.vocabularySize()),
                needs.studentEntropy(),
                needs.alternatives(),
                fingerprint);
    }

    /** What the student saw, under a name as if it were a privileged context: some objectives train nothing else. */
    private static Reading asItIs(Trajectory trajectory) {
        return new Reading(trajectory, trajectory.promptTokens(), "the student's prompt");
    }

    /** One optimiser step on the trajectories as a teacher with these weights scores them; its metrics. */
    private Map<String, Double> learn(Objective objective, List<Trajectory> trajectories, byte[] teacherWeights) {
        List<ScoredTrajectory> scored = new ArrayList<>();
        Weights owned = Weights.fromBytes(config, ByteBuffer.wrap(teacherWeights));
        try (LocalTeacher teacher =
                new LocalTeacher("teacher", fingerprint, decoder, owned, TOKEN_BUDGET, objective.needs())) {
            List<TeacherScores> scores = teacher.score(
                    trajectories.stream().map(IdentityCheck::asItIs).toList());
            for (int i = 0; i < scores.size(); i++) {
                scored.add(new ScoredTrajectory(trajectories.get(i), List.of(scores.get(i)), null));
            }
        }
        LearningRate rate = new LearningRate(1e-6, LearningRate.Schedule.CONSTANT, 1, 0, 0, 0, 1);
        try (TrainableModel student = new TrainableModel(decoder, weights, AdamWSettings.defaults())) {
            StudentTrainer trainer = new StudentTrainer(
                    student, objective.compile(config.vocabularySize()), Weighting.EVEN, rate, TOKEN_BUDGET);
            return trainer.train(scored, 1, trainer.initialControllers()).metrics();
        }
    }
}
