// SPDX-License-Identifier: Apache-2.0
/**
 * The scorer's loop: micro-batches of the topic {@code trajectories} through a {@link io.coffey.scorer.teacher.Teacher}
 * into {@code scored-trajectories}, each batch one transaction. The one package of the scorer that sees Kafka.
 */
@NullMarked
package io.coffey.scorer.kafka;

import org.jspecify.annotations.NullMarked;
