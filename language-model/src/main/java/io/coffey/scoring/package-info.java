// SPDX-License-Identifier: Apache-2.0
/**
 * What a decoder says of given completions: log-probabilities, likeliest tokens, entropy. Built on
 * {@code io.coffey.model}; used by teachers and by evaluation.
 */
@NullMarked
package io.coffey.scoring;

import org.jspecify.annotations.NullMarked;
