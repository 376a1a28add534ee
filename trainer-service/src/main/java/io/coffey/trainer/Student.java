// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.adapter.Adapter;
import io.coffey.adapter.AdapterSettings;
import io.coffey.distillation.trajectory.PolicyVersion.Kind;
import io.coffey.model.Decoder;
import io.coffey.model.Weights;
import io.coffey.training.TrainableModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The student in training: all of its weights learn, or an adapter of them. Single owner, not thread-safe. */
public final class Student implements AutoCloseable {

    private final TrainerJob job;
    private final @Nullable Weights base;
    private final TrainableModel model;

    private Student(TrainerJob job, @Nullable Weights base, TrainableModel model) {
        this.job = job;
        this.base = base;
        this.model = model;
    }

    /** The student as training starts with it. */
    public static Student open(TrainerJob job, Decoder decoder) {
        AdapterSettings settings = job.adapter().orElse(null);
        if (settings == null) {
            return new Student(
                    job,
                    null,
                    new TrainableModel(
                            decoder,
                            job.initialWeights(),
                            job.settings().adamW(),
                            job.settings().memory()));
        }
        Weights base = job.student().loadWeights();
        try (Adapter adapter = Adapter.initial(job.student().config(), settings, base.digest(), job.seed())) {
            return new Student(
                    job,
                    base,
                    TrainableModel.adapting(
                            decoder,
                            base,
                            adapter.toBytes(),
                            job.settings().adamW(),
                            job.settings().memory()));
        }
    }

    /** What learns. */
    public TrainableModel model() {
        return model;
    }

    /**
     * What is published as a version.
     *
     * @param kind what the bytes are
     * @param bytes canonical bytes
     * @param tensorDigests sha256 of every tensor, by name
     */
    public record Publication(Kind kind, byte[] bytes, Map<String, String> tensorDigests) {}

    /** The weights with which the run begins are version 0, whole; after them comes what has learned. */
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

    /** How it lies in a checkpoint. */
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
