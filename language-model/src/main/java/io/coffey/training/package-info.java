// SPDX-License-Identifier: Apache-2.0
/**
 * A decoder that learns: gradients of a loss that the caller gives, and the optimiser. Built on
 * {@code io.coffey.model}; used by the trainer.
 */
@NullMarked
package io.coffey.training;

import org.jspecify.annotations.NullMarked;
