// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.compare;

import io.coffey.cli.report.RunHistory;
import io.coffey.cli.report.Summary;

/**
 * A run of a comparison that is finished.
 *
 * @param run what was planned
 * @param summary what it came to
 * @param history its evaluations
 */
record Outcome(PlannedRun run, Summary summary, RunHistory history) {}
