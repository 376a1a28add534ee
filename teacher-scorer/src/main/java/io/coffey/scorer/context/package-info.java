// SPDX-License-Identifier: Apache-2.0
/**
 * The privileged context: what a teacher sees of a prompt's reference and the student never does. Makes
 * {@link io.coffey.scorer.teacher.Reading}s; who finds the reference is {@code io.coffey.scorer.kafka}'s affair.
 */
@NullMarked
package io.coffey.scorer.context;

import org.jspecify.annotations.NullMarked;
