// SPDX-License-Identifier: Apache-2.0
/**
 * The trainer on its broker: reads the ledger, the prompts and the scored trajectories, and writes each step as one
 * transaction. What to do is decided in {@code io.coffey.trainer}.
 */
@NullMarked
package io.coffey.trainer.kafka;

import org.jspecify.annotations.NullMarked;
