// SPDX-License-Identifier: Apache-2.0
/**
 * Several runs one after the other on one broker, and what they come to side by side. Builds on
 * {@code io.coffey.cli.run}, which knows how to run one, and on {@code io.coffey.cli.report}.
 */
@NullMarked
package io.coffey.cli.compare;

import org.jspecify.annotations.NullMarked;
