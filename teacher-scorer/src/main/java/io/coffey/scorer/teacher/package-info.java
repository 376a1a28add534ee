// SPDX-License-Identifier: Apache-2.0
/**
 * Teachers: readings of trajectories in, log-probabilities out. {@link io.coffey.scorer.teacher.Teacher} is a narrow
 * port, because what stands behind it will change; it knows nothing of Kafka. Built on {@code io.coffey.scoring}.
 */
@NullMarked
package io.coffey.scorer.teacher;

import org.jspecify.annotations.NullMarked;
