// SPDX-License-Identifier: Apache-2.0
/**
 * The trainer without its broker: which request asks for what, which arrivals make a batch, what a step does to the
 * student, and what a checkpoint holds. Pure or single-owner state; the package {@code kafka} beside it reads and
 * writes the log.
 */
@NullMarked
package io.coffey.trainer;

import org.jspecify.annotations.NullMarked;
