// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import java.util.Map;

/**
 * What an optimiser step did.
 *
 * @param outcome whether the weights moved
 * @param metrics what was measured, by name
 * @param controllers state of the controllers after the step, by name; that before it when the weights did not move
 */
public record StepResult(Outcome outcome, Map<String, Double> metrics, Map<String, Double> controllers) {

    /** Whether a step moved the weights. */
    public enum Outcome {
        /** They moved. */
        UPDATED,
        /** There was nothing to train. */
        EMPTY,
        /** The gradient was not finite, so that weights and moments were left as they were. */
        NON_FINITE
    }

    public StepResult {
        metrics = Map.copyOf(metrics);
        controllers = Map.copyOf(controllers);
    }
}
