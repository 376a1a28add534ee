// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

/** Data that cannot be used; the message is one line: file and line number, expected, found. */
public final class DataException extends RuntimeException {

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
