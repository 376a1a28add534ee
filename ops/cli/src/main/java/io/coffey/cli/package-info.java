// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code coffey}: one small class a subcommand. They read options, call the packages beside them and the
 * modules, and say what came of it; nothing is decided here that a service would also have to decide.
 */
@NullMarked
package io.coffey.cli;

import org.jspecify.annotations.NullMarked;
