// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.teacher;

/** A trajectory that cannot be scored; the message is one line. The others of its batch are none the worse. */
public final class UnscorableTrajectoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnscorableTrajectoryException(String message) {
        super(message);
    }

    public UnscorableTrajectoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
