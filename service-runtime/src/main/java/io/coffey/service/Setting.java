// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

/**
 * One value somebody gave.
 *
 * @param value its text; empty when the key was given without one
 * @param origin where: {@code run.yaml:12}, {@code --set}, {@code environment COFFEY_RUN_NAME}
 */
record Setting(String value, String origin) {}
