// SPDX-License-Identifier: Apache-2.0
/** How many of each role a run needs, and what it stores, from how fast each of them is. */
@NullMarked
package io.coffey.cli.capacity;

import org.jspecify.annotations.NullMarked;
