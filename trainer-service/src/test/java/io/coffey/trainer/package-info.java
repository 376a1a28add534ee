// SPDX-License-Identifier: Apache-2.0
/** Tests of the trainer's pure parts, by plain calls. */
@NullMarked
package io.coffey.trainer;

import org.jspecify.annotations.NullMarked;
