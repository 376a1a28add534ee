// SPDX-License-Identifier: Apache-2.0
/**
 * Holds the files under {@code ops} to the models of those who read them, Helm, Kubernetes, Strimzi, KEDA, Compose and
 * systemd, without any of them running.
 */
@NullMarked
package io.coffey.deployment;

import org.jspecify.annotations.NullMarked;
