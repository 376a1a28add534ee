// SPDX-License-Identifier: Apache-2.0
/**
 * Checks whether a completion answers its prompt. Evaluation uses them to turn completions into an accuracy, and the
 * trainer to weigh trajectories; no loss sees more of them than that weight.
 */
@NullMarked
package io.coffey.distillation.verifier;

import org.jspecify.annotations.NullMarked;
