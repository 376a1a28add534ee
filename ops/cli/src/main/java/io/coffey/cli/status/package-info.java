// SPDX-License-Identifier: Apache-2.0
/** Where a run stands, once or again and again. Reads the run's topics and writes none. */
@NullMarked
package io.coffey.cli.status;

import org.jspecify.annotations.NullMarked;
