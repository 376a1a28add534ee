// SPDX-License-Identifier: Apache-2.0
/**
 * The pairs of preference objectives: the teacher's response beside the student's own. Makes
 * {@link io.coffey.scorer.teacher.Reading}s; who finds the response is {@code io.coffey.scorer.kafka}'s affair.
 */
@NullMarked
package io.coffey.scorer.pair;

import org.jspecify.annotations.NullMarked;
