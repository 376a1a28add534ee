// SPDX-License-Identifier: Apache-2.0
/**
 * A Kafka broker of one's own: a child process on a persistent directory, for runs on one machine and for tests that
 * kill brokers. Knows nothing of Coffey's topics; the run command and the integration tests use it.
 */
@NullMarked
package io.coffey.cli.broker;

import org.jspecify.annotations.NullMarked;
