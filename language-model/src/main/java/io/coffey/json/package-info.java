// SPDX-License-Identifier: Apache-2.0
/** Strict JSON for the files of models and data: what is malformed is told in one line. Used by all who read them. */
@NullMarked
package io.coffey.json;

import org.jspecify.annotations.NullMarked;
