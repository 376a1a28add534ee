// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.adapter.AdaptedModel;
import io.coffey.model.Weights;
import io.coffey.trainer.TrainerJob;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What came out of training, as a Hugging Face directory. */
public final class TrainedStudent {

    private TrainedStudent() {}

    /**
     * Saves a student.
     *
     * @param job what was trained
     * @param learned canonical bytes of its weights, or of its adapter, which is merged
     */
    public static void save(TrainerJob job, byte[] learned, Path target) {
        byte[] canonical = job.adapter().isPresent() ? new AdaptedModel(job.student()).apply(learned) : learned;
        try (Weights weights = Weights.fromBytes(job.student().config(), ByteBuffer.wrap(canonical))) {
            job.student().save(target, weights);
        }
    }
}
