// SPDX-License-Identifier: Apache-2.0
/**
 * Checks whether a completion answers its prompt. Evaluation uses them to turn completions into an accuracy; no loss
 * depends on them.
 */
@NullMarked
package io.coffey.distillation.verifier;

import org.jspecify.annotations.NullMarked;
