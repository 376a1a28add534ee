// SPDX-License-Identifier: Apache-2.0
package io.coffey.weights;

/** A weights file that cannot be read or written; the message is one line: file, expected, found. */
public final class WeightsException extends RuntimeException {

    public WeightsException(String message) {
        super(message);
    }

    public WeightsException(String message, Throwable cause) {
        super(message, cause);
    }
}
