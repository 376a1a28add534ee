// SPDX-License-Identifier: Apache-2.0
/**
 * Checks of this installation on a real model, through the code that the services run. The command {@code selfcheck}
 * shows their results.
 */
@NullMarked
package io.coffey.cli.selfcheck;

import org.jspecify.annotations.NullMarked;
