// SPDX-License-Identifier: Apache-2.0
/**
 * What travels through the log, as plain values: prompts, requests, trajectories, teacher scores, training steps and
 * policy versions. Validated on construction, never mutated afterwards, and free of any wire format: the module
 * {@code schemas} turns each of them into a record and back.
 *
 * <p>Letters of shapes: T completion position, K support size, N samples.
 */
@NullMarked
package io.coffey.distillation.trajectory;

import org.jspecify.annotations.NullMarked;
