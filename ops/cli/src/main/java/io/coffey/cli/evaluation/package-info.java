// SPDX-License-Identifier: Apache-2.0
/**
 * How good a student is on held-out prompts: accuracy by a verifier, greedy and sampled, and the reverse KL to its
 * teacher. The evaluator itself is pure; what follows a run through Kafka stands beside it.
 */
@NullMarked
package io.coffey.cli.evaluation;

import org.jspecify.annotations.NullMarked;
