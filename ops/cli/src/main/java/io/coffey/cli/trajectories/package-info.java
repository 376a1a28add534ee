// SPDX-License-Identifier: Apache-2.0
/**
 * Trajectories for people: prompt and completion as text, every token in the colour of what the teacher thinks of it.
 * Reads what the package {@code audit} fetches; knows no Kafka.
 */
@NullMarked
package io.coffey.cli.trajectories;

import org.jspecify.annotations.NullMarked;
