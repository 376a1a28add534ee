// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.objective;

/**
 * One setting of an objective, as documentation shows it.
 *
 * @param name key below {@code objective:} in a run file
 * @param expected what values it takes, in words
 * @param defaultValue value when it is not given
 * @param meaning what it decides
 */
public record Setting(String name, String expected, String defaultValue, String meaning) {}
