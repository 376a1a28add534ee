// SPDX-License-Identifier: Apache-2.0
/**
 * Guarantees of the whole, against real brokers and with processes killed half-way. A guarantee is an object that is
 * fed with what was observed and asserts; each has a negative control.
 */
@NullMarked
package io.coffey.it;

import org.jspecify.annotations.NullMarked;
