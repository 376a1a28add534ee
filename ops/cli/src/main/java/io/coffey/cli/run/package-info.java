// SPDX-License-Identifier: Apache-2.0
/**
 * A whole run in one process: the settings of all roles together, the checks before anything starts, the broker, the
 * services on their threads, and the watching of the ledger. The services are wired here and nowhere else in the
 * command; {@code report} says what came of it, {@code evaluation} follows the student.
 */
@NullMarked
package io.coffey.cli.run;

import org.jspecify.annotations.NullMarked;
