// SPDX-License-Identifier: Apache-2.0
/**
 * A page that shows a run: its loop, its curves, what was sampled, what trained each step, and dead letters. The
 * package {@code telemetry} keeps what the curves need, {@code web} answers the page; single records of the log come
 * through {@link io.coffey.console.RunRecords}, which the command implements with its own readers.
 */
@NullMarked
package io.coffey.console;

import org.jspecify.annotations.NullMarked;
