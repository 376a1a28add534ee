// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.ConfidenceFilter;
import io.coffey.distillation.batch.MicroBatches;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.objective.Controller;
import io.coffey.distillation.objective.LossResult;
import io.coffey.distillation.objective.MetricSums;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.service.Failpoint;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import io.coffey.training.LearningRate;
import io.coffey.training.TokenLoss;
import io.coffey.training.TrainableModel;
import io.coffey.training.TrainingSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One optimiser step over a batch: a pure function of the student's state, the controllers' state, the batch and the
 * step's number. Splits the batch into micro-batches and divides by what the whole batch adds up to, so that the split
 * does not change the result.
 */
public final class StudentTrainer {

    private final TrainableModel student;
    private final ObjectiveLoss objective;
    private final Weighting weighting;
    private final ConfidenceFilter filter;
    private final Softening softening;
    private final LearningRate learningRate;
    private final int microBatchTokens;
    private final LengthCurriculum curriculum;

    /** A trainer of all tokens whose rollouts have one length limit all along. */
    public StudentTrainer(
            TrainableModel student,
            ObjectiveLoss objective,
            Weighting weighting,
            LearningRate learningRate,
            int microBatchTokens) {
        this(
                student,
                objective,
                weighting,
                ConfidenceFilter.NONE,
                Softening.NONE,
                learningRate,
                microBatchTokens,
                new LengthCurriculum(List.of(1), 0, 1));
    }

    /**
     * @param filter which tokens are trained
     * @param softening the teacher's temperature at each token
     * @param curriculum decides the length limit of the rollouts that a step dispatches
     */
    public StudentTrainer(
            TrainableModel student,
            ObjectiveLoss objective,
            Weighting weighting,
            ConfidenceFilter filter,
            Softening softening,
            LearningRate learningRate,
            int microBatchTokens,
            LengthCurriculum curriculum) {
        this.student = student;
        this.objective = objective;
        this.weighting = weighting;
        this.filter = filter;
        this.softening = softening;
        this.learningRate = learningRate;
        this.microBatchTokens = microBatchTokens;
        this.curriculum = curriculum;
    }

    /** The controllers' state before the first step. */
    public Map<String, Double> initialControllers() {
        Map<String, Double> initial = new TreeMap<>(objective.controller().initial());
        initial.putAll(curriculum.initial());
        return initial;
    }

    /**
     * Trains the given trajectories, in order, as the given step.
     *
     * @param controllers state of the controllers after the step before
     */
    public StepResult train(List<ScoredTrajectory> trajectories, long step, Map<String, Double> controllers) {
        Map<String, Double> metrics = new TreeMap<>();
        BatchTotals totals = BatchTotals.of(trajectories);
        metrics.put("tokens", (double) totals.tokens());
        if (totals.tokens() == 0) {
            return new StepResult(StepResult.Outcome.EMPTY, metrics, controllers);
        }
        List<Weighting.Weight> weights = trajectories.stream()
                .map(scored -> weighting.of(scored.trajectory()))
                .toList();
        List<boolean[]> kept = filter.decides() ? filter.kept(trajectories) : List.of();
        List<float[]> temperatures = temperatures(trajectories);
        Failpoint.STEP_BEFORE_BACKWARD.reached();
        metrics.putAll(accumulate(
                trajectories,
                weights,
                kept,
                temperatures,
                totals,
                objective.controller().own(controllers)));
        Failpoint.STEP_AFTER_BACKWARD.reached();
        if (filter.decides()) {
            metrics.put("filteredTokens", filteredShare(trajectories, kept, totals));
        }
        if (!temperatures.isEmpty()) {
            metrics.put("privateTokens", softenedShare(trajectories, temperatures, totals));
        }
        double rate = learningRate.at(step - 1);
        double gradientNorm = student.step(rate);
        Failpoint.STEP_AFTER_OPTIMIZER.reached();
        metrics.put("learningRate", rate);
        if (curriculum.decides()) {
            metrics.put("lengthLimit", (double) curriculum.maxNewTokens(controllers));
        }
        metrics.putAll(BatchStatistics.of(
                trajectories.stream().map(ScoredTrajectory::trajectory).toList(), step));
        describe(weights, metrics);
        if (!Double.isFinite(gradientNorm)) {
            return new StepResult(StepResult.Outcome.NON_FINITE, metrics, controllers);
        }
        metrics.put("gradientNorm", gradientNorm);
        return new StepResult(StepResult.Outcome.UPDATED, metrics, next(controllers, trajectories, metrics, step));
    }

    private Map<String, Double> next(
            Map<String, Double> controllers,
            List<ScoredTrajectory> trajectories,
            Map<String, Double> metrics,
            long step) {
        double progress = (step - 1.0) / learningRate.steps();
        Controller controller = objective.controller();
        Map<String, Double> next = new TreeMap<>(controller.next(controller.own(controllers), metrics, progress));
        Map<String, Double> stage = curriculum.own(controllers);
        int limit = curriculum.maxNewTokens(stage);
        boolean atLimit = trajectories.stream()
                .allMatch(scored -> scored.trajectory().sampling().maxNewTokens() == limit);
        next.putAll(atLimit ? curriculum.next(stage, metrics, progress) : stage);
        return next;
    }

    private Map<String, Double> accumulate(
            List<ScoredTrajectory> trajectories,
            List<Weighting.Weight> weights,
            List<boolean[]> kept,
            List<float[]> temperatures,
            BatchTotals totals,
            Map<String, Double> controllers) {
        MetricSums sums = new MetricSums(objective.metricNames());
        int first = 0;
        for (List<ScoredTrajectory> microBatch : MicroBatches.split(trajectories, microBatchTokens)) {
            List<Weighting.Weight> own = weights.subList(first, first + microBatch.size());
            TokenBatch batch = objective.batch(microBatch).weighted(factors(microBatch, own));
            if (!kept.isEmpty()) {
                batch = batch.only(kept.subList(first, first + microBatch.size()));
            }
            if (!temperatures.isEmpty()) {
                batch = batch.softened(temperatures.subList(first, first + microBatch.size()));
            }
            first += microBatch.size();
            student.accumulate(sequences(microBatch), new BatchLoss(objective, batch, totals, controllers, sums));
        }
        return sums.means();
    }

    /** Share of the tokens to be trained that the filter leaves out. */
    private static double filteredShare(List<ScoredTrajectory> trajectories, List<boolean[]> kept, BatchTotals totals) {
        long trained = 0;
        for (int i = 0; i < kept.size(); i++) {
            byte[] mask = trajectories.get(i).trajectory().mask();
            for (int t = 0; t < mask.length; t++) {
                trained += mask[t] != 0 && kept.get(i)[t] ? 1 : 0;
            }
        }
        return 1 - (double) trained / totals.tokens();
    }

    /** A temperature for every completion position of each trajectory; empty where none is decided. */
    private List<float[]> temperatures(List<ScoredTrajectory> trajectories) {
        return softening == Softening.NONE
                ? List.of()
                : trajectories.stream()
                        .map(scored -> softening.temperatures(scored.trajectory()))
                        .toList();
    }

    /** Share of the tokens to be trained that the teacher is softened at. */
    private static double softenedShare(
            List<ScoredTrajectory> trajectories, List<float[]> temperatures, BatchTotals totals) {
        long softened = 0;
        for (int i = 0; i < temperatures.size(); i++) {
            byte[] mask = trajectories.get(i).trajectory().mask();
            for (int t = 0; t < mask.length; t++) {
                softened += mask[t] != 0 && temperatures.get(i)[t] > 1 ? 1 : 0;
            }
        }
        return (double) softened / totals.tokens();
    }

    /** What goes through the student: of a pair first the response preferred, then the trajectory. */
    private static List<TrainingSequence> sequences(List<ScoredTrajectory> microBatch) {
        List<TrainingSequence> sequences = new ArrayList<>();
        for (ScoredTrajectory scored : microBatch) {
            Trajectory trajectory = scored.trajectory();
            if (scored.pair() != null) {
                sequences.add(new TrainingSequence(
                        trajectory.promptTokens(), scored.pair().chosen()));
            }
            sequences.add(new TrainingSequence(trajectory.promptTokens(), trajectory.tokens()));
        }
        return sequences;
    }

    /** A factor for each of these sequences. */
    private static float[] factors(List<ScoredTrajectory> microBatch, List<Weighting.Weight> weights) {
        int count = microBatch.stream().mapToInt(ScoredTrajectory::responses).sum();
        float[] factors = new float[count];
        int next = 0;
        for (int i = 0; i < weights.size(); i++) {
            int end = next + microBatch.get(i).responses();
            Arrays.fill(factors, next, end, weights.get(i).factor());
            next = end;
        }
        return factors;
    }

    /**
     * The objective on one micro-batch.
     *
     * @param totals of the whole optimiser batch
     * @param controllers state of the controllers before the step
     * @param sums takes its metrics
     */
    private record BatchLoss(
            ObjectiveLoss objective,
            TokenBatch batch,
            BatchTotals totals,
            Map<String, Double> controllers,
            MetricSums sums)
            implements TokenLoss {

        @Override
        public Tensor loss(TensorScope scope, Tensor logits, int first) {
            TokenBatch part = batch.part(first, Math.toIntExact(logits.shape()[0]));
            LossResult result = objective.evaluate(scope, logits, part, totals, controllers);
            sums.add(result);
            return result.loss();
        }

        @Override
        public boolean separable() {
            return objective.separable();
        }
    }

    private static void describe(List<Weighting.Weight> weights, Map<String, Double> metrics) {
        double factors = 0;
        double right = 0;
        for (Weighting.Weight weight : weights) {
            factors += weight.factor();
            right += weight.right();
        }
        metrics.put("weight", factors / weights.size());
        if (!Double.isNaN(right)) {
            metrics.put("rightShare", right / weights.size());
        }
    }
}
