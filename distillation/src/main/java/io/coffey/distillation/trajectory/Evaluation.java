// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

import java.util.Map;

/**
 * What held-out prompts say of one policy version.
 *
 * @param runId run it belongs to
 * @param step optimiser step at which it was taken
 * @param policyVersion version that was evaluated
 * @param prompts number of held-out prompts
 * @param metrics what was measured, by name: accuracies as shares, divergences in nats per token
 */
public record Evaluation(String runId, long step, long policyVersion, int prompts, Map<String, Double> metrics) {

    public Evaluation {
        metrics = Map.copyOf(metrics);
    }
}
