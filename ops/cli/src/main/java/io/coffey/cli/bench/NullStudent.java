// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.bench;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.trainer.StepResult;
import io.coffey.trainer.Student;
import io.coffey.trainer.StudentFiles;
import java.util.List;
import java.util.Map;

/** Learns nothing, and publishes the weights it began with as every version. */
record NullStudent(Publication initial, String digest, StudentFiles files) implements Student {

    @Override
    public Map<String, Double> initialControllers() {
        return Map.of();
    }

    @Override
    public StepResult train(List<ScoredTrajectory> trajectories, long step, Map<String, Double> controllers) {
        double tokens = BatchTotals.of(trajectories).tokens();
        return new StepResult(StepResult.Outcome.UPDATED, Map.of("tokens", tokens), controllers);
    }

    @Override
    public byte[] learned() {
        return initial.bytes();
    }

    @Override
    public byte[] optimizerState() {
        return new byte[0];
    }

    @Override
    public void restore(byte[] learned, byte[] optimizerState) {}

    @Override
    public Publication publication(long version) {
        return initial;
    }

    @Override
    public void close() {}
}
