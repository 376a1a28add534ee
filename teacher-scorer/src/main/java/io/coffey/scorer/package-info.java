// SPDX-License-Identifier: Apache-2.0
/**
 * The scorer: the process that asks teachers what they think of trajectories. Here its settings and its start;
 * {@code teacher} holds the teachers, {@code kafka} the loop between topics.
 */
@NullMarked
package io.coffey.scorer;

import org.jspecify.annotations.NullMarked;
