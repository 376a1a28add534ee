// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

/**
 * Where a record of the scored topic stands.
 *
 * @param partition partition of the scored topic
 * @param offset offset in it
 */
public record Coordinate(int partition, long offset) {}
