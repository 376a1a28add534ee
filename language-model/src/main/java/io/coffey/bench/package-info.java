// SPDX-License-Identifier: Apache-2.0
/**
 * How fast the decoder is on this machine, against what the machine can do. Built on the other packages of this module;
 * used by the command.
 */
@NullMarked
package io.coffey.bench;

import org.jspecify.annotations.NullMarked;
