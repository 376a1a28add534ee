// SPDX-License-Identifier: Apache-2.0
/**
 * What Coffey promises, as objects: each takes what a run wrote and says in words where the promise was broken. The
 * chaos command and the integration tests hold runs to the same ones.
 */
@NullMarked
package io.coffey.cli.guarantee;

import org.jspecify.annotations.NullMarked;
