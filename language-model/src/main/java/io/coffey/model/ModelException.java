// SPDX-License-Identifier: Apache-2.0
package io.coffey.model;

/** A model directory that cannot be used; each line of the message is one problem: file, expected, found. */
public final class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(message);
    }

    /** Takes over the message of a fault in one of the directory's files. */
    ModelException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
