// SPDX-License-Identifier: Apache-2.0
package io.coffey.adapter;

/** An adapter that cannot be used; the message is one line: file or subject, expected, found. */
public final class AdapterException extends RuntimeException {

    public AdapterException(String message) {
        super(message);
    }

    public AdapterException(String message, Throwable cause) {
        super(message, cause);
    }
}
