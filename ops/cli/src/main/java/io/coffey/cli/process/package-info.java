// SPDX-License-Identifier: Apache-2.0
/** Processes that are started to be killed. */
@NullMarked
package io.coffey.cli.process;

import org.jspecify.annotations.NullMarked;
