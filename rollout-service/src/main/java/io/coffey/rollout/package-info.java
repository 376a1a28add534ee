// SPDX-License-Identifier: Apache-2.0
/**
 * The student's side of the loop: requests in, sampled trajectories out.
 *
 * <p>{@link io.coffey.rollout.RolloutEngine} is the port behind which sampling happens;
 * {@link io.coffey.rollout.CurrentPolicy} decides which weights it runs and what may start;
 * {@link io.coffey.rollout.ReorderBuffer} puts what finished back into the order of the log;
 * {@link io.coffey.rollout.RolloutWorker} joins the three. None of them knows Kafka, threads or clocks: the shell
 * around them is in {@code io.coffey.rollout.kafka}. Sampling itself is in {@code io.coffey.sampling}.
 */
@NullMarked
package io.coffey.rollout;

import org.jspecify.annotations.NullMarked;
