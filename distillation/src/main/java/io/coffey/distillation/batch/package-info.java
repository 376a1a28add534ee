// SPDX-License-Identifier: Apache-2.0
/**
 * Scored trajectories as the trainer reads them: cut into micro-batches, and each micro-batch as aligned arrays and
 * tensors that the losses of {@code io.coffey.distillation.objective} take.
 *
 * <p>Letters of shapes: R rows of logits (all completion positions of a micro-batch), N trained positions among them, K
 * the teacher's support, J the student's support, M alternatives, V vocabulary.
 */
@NullMarked
package io.coffey.distillation.batch;

import org.jspecify.annotations.NullMarked;
