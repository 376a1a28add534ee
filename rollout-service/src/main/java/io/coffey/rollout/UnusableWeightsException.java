// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import org.jspecify.annotations.Nullable;

/**
 * Published weights that must not be served: their digest differs, chunks are missing, or this engine cannot apply
 * them. The version before them stays in use.
 */
public final class UnusableWeightsException extends Exception {

    private final String reason;

    /**
     * @param reason one line that says which version and why
     * @param cause what was thrown, if anything
     */
    public UnusableWeightsException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
