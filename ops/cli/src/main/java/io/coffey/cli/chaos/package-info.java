// SPDX-License-Identifier: Apache-2.0
/**
 * A run whose processes are killed at random moments while a reader watches, and which is then held to every promise.
 */
@NullMarked
package io.coffey.cli.chaos;

import org.jspecify.annotations.NullMarked;
