// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

import io.coffey.distillation.batch.BatchTotals;
import io.coffey.distillation.batch.TokenBatch;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.torch.Tensor;
import io.coffey.torch.TensorScope;
import java.util.List;
import java.util.Map;

/** The compiled loss of an objective. Stateless, so threads may share one. */
public interface ObjectiveLoss {

    /**
     * Aligns the trajectories of one micro-batch, with the scores of the first teacher of each.
     *
     * @throws io.coffey.distillation.batch.UntrainableTrajectoryException if one lacks what the objective needs
     */
    TokenBatch batch(List<ScoredTrajectory> trajectories);

    /**
     * Evaluates the loss of one micro-batch.
     *
     * @param scope owns the result
     * @param logits the student's logits, [R, V]: one row per completion position of the micro-batch, sequence by
     *     sequence
     * @param batch the same positions, scored
     * @param totals of the whole optimiser batch, all micro-batches together
     * @param state state of the {@link #controller} before the step
     */
    LossResult evaluate(
            TensorScope scope, Tensor logits, TokenBatch batch, BatchTotals totals, Map<String, Double> state);

    /** What the objective carries from step to step. */
    Controller controller();

    /**
     * Whether the loss and its sums are sums over trained tokens, so that {@linkplain TokenBatch#part parts} of a
     * micro-batch add up to the whole. A loss that weighs tokens against each other is not, and is given all of a
     * micro-batch's logits at once.
     */
    default boolean separable() {
        return true;
    }

    /** Names of the arguments of the script's method {@code loss}, in order. */
    List<String> arguments();

    /** The script as an archive that Python's {@code torch.jit.load} reads, with the settings as constants. */
    byte[] archive();

    /** Names of the sums in {@link LossResult#sums}, in order. */
    List<String> metricNames();
}
