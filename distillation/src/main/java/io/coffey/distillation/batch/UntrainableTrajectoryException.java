// SPDX-License-Identifier: Apache-2.0
package io.coffey.distillation.batch;

/** A trajectory cannot be trained on; the message names it, what is wrong, and what was expected. */
public final class UntrainableTrajectoryException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    public UntrainableTrajectoryException(String message) {
        super(message);
    }
}
