// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

/**
 * Published weights that must not be served: their digest differs, chunks are missing, or this engine cannot apply
 * them. The version before them stays in use. The message is one line that says which version and why.
 */
public final class UnusableWeightsException extends Exception {

    public UnusableWeightsException(String message) {
        super(message);
    }

    public UnusableWeightsException(String message, Throwable cause) {
        super(message, cause);
    }
}
