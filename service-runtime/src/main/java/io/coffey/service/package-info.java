// SPDX-License-Identifier: Apache-2.0
/**
 * What every service shares: settings of the run file, Kafka clients with the settings that exactly-once needs, the
 * transactional output, dead letters, and the life of a service from its start to its exit code. Knows no other module;
 * used by the rollout, scorer and trainer services and by the command.
 */
@NullMarked
package io.coffey.service;

import org.jspecify.annotations.NullMarked;
