// SPDX-License-Identifier: Apache-2.0
/**
 * What a run leaves for people to read: metrics as lines, a summary, a curve, a table, and the line that is shown while
 * it runs. Everything here is made from the ledger's lines and the evaluations, so it is the same after a resume. Knows
 * no Kafka; the package {@code run} feeds it.
 */
@NullMarked
package io.coffey.cli.report;

import org.jspecify.annotations.NullMarked;
