// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.trajectory;

/**
 * A run of consecutive completion tokens sampled with the same weights.
 *
 * @param version policy version that sampled them
 * @param count number of tokens
 */
public record VersionRun(long version, int count) {

    public VersionRun {
        Require.that(
                version >= 0 && count > 0,
                "version run needs version >= 0 and count > 0, found %d x %d",
                version,
                count);
    }
}
