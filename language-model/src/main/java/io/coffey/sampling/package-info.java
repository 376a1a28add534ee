// SPDX-License-Identifier: Apache-2.0
/**
 * Completions sampled from a decoder by continuous batching. Built on {@code io.coffey.model}; used by rollout workers
 * and by evaluation.
 *
 * <p>A completion depends on its request, the weights and the number of slots alone, bit for bit: never on what else
 * was in flight.
 */
@NullMarked
package io.coffey.sampling;

import org.jspecify.annotations.NullMarked;
