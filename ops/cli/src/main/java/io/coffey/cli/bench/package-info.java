// SPDX-License-Identifier: Apache-2.0
/**
 * What the stream costs: a run whose models do nothing beside Kafka clients that move the same bytes, and the share of
 * a run's time in which no model works.
 */
@NullMarked
package io.coffey.cli.bench;

import org.jspecify.annotations.NullMarked;
