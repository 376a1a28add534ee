// SPDX-License-Identifier: Apache-2.0
/** The records that nobody could use, looked at and dealt with by people. */
@NullMarked
package io.coffey.cli.dlq;

import org.jspecify.annotations.NullMarked;
