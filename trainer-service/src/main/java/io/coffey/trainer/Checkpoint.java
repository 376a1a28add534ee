// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

/**
 * The student after a step, moments included.
 *
 * @param step optimiser step
 * @param weights canonical bytes of the weights
 * @param optimizerState bytes of the optimiser's moments
 */
public record Checkpoint(long step, byte[] weights, byte[] optimizerState) {}
