// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterSettings;
import io.coffey.distillation.objective.ObjectiveLoss;
import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.training.TrainableModel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A student that is trained in this process: all of its weights learn, or an adapter of them. */
public final class LocalStudent implements Student {

    private final TrainerJob job;
    private final @Nullable Weights base;
    private final TrainableModel model;
    private final StudentTrainer trainer;

    private LocalStudent(
            TrainerJob job,
            @Nullable Weights base,
            TrainableModel model,
            ObjectiveLoss objective,
            Weighting weighting) {
        this.job = job;
        this.base = base;
        this.model = model;
        this.trainer = new StudentTrainer(
                model,
                objective,
                weighting,
                job.settings().filter().filter(),
                job.softening(),
                job.learningRate(),
                job.settings().microBatchTokens(),
                job.curriculum());
    }

    /**
     * The student as training starts with it.
     *
     * @param objective the job's, compiled
     * @param weighting the job's, for the prompts of the run
     */
    public static LocalStudent open(TrainerJob job, ObjectiveLoss objective, Weighting weighting) {
        Decoder decoder = job.student().decoder();
        AdapterSettings settings = job.adapter().orElse(null);
        if (settings == null) {
            TrainableModel model = new TrainableModel(
                    decoder,
                    job.initialWeights(),
                    job.settings().adamW(),
                    job.settings().memory());
            return new LocalStudent(job, null, model, objective, weighting);
        }
        Weights base = job.student().loadWeights();
        try (Adapter adapter = Adapter.initial(job.student().config(), settings, base.digest(), job.seed())) {
            TrainableModel model = TrainableModel.adapting(
                    decoder,
                    base,
                    adapter.toBytes(),
                    job.settings().adamW(),
                    job.settings().memory());
            return new LocalStudent(job, base, model, objective, weighting);
        }
    }

    @Override
    public Map<String, Double> initialControllers() {
        return trainer.initialControllers();
    }

    @Override
    public StepResult train(List<ScoredTrajectory> trajectories, long step, Map<String, Double> controllers) {
        return trainer.train(trajectories, step, controllers);
    }

    @Override
    public byte[] learned() {
        return model.weights();
    }

    @Override
    public String digest() {
        return model.digest();
    }

    @Override
    public byte[] optimizerState() {
        return model.optimizerState();
    }

    @Override
    public void restore(byte[] learned, byte[] optimizerState) {
        model.restore(learned, optimizerState);
    }

    @Override
    public Publication publication(long version) {
        if (version == 0 && job.warmedUp().isPresent()) {
            try (Weights initial = job.student().loadWeights()) {
                return new Publication(Kind.FULL, initial.toBytes(), initial.tensorDigests());
            }
        }
        if (base == null) {
            return new Publication(Kind.FULL, model.weights(), model.tensorDigests());
        }
        return version == 0
                ? new Publication(Kind.FULL, base.toBytes(), base.tensorDigests())
                : new Publication(Kind.ADAPTER, model.weights(), model.tensorDigests());
    }

    @Override
    public StudentFiles files() {
        return StudentFiles.of(job);
    }

    @Override
    public void close() {
        model.close();
        if (base != null) {
            base.close();
        }
    }
}
