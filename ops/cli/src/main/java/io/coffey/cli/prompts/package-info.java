// SPDX-License-Identifier: Apache-2.0
/**
 * From a file of prompts to the prompts of a run: reading, checking, tokenising once, splitting off the held-out ones,
 * and loading the others into the log. The run command and the evaluation use it.
 */
@NullMarked
package io.coffey.cli.prompts;

import org.jspecify.annotations.NullMarked;
