// SPDX-License-Identifier: Apache-2.0
/**
 * A run as a folder of files: written from its log, and put back into a log with the same offsets, so that it can be
 * trained again anywhere.
 */
@NullMarked
package io.coffey.cli.bundle;

import org.jspecify.annotations.NullMarked;
