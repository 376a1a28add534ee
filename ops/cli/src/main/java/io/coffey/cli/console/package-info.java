// SPDX-License-Identifier: Apache-2.0
/** What the console asks of single records, answered with the readers of the commands. */
@NullMarked
package io.coffey.cli.console;

import org.jspecify.annotations.NullMarked;
