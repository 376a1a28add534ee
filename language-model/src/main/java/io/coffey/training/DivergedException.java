// SPDX-License-Identifier: Apache-2.0
package io.coffey.training;

/** Training that cannot go on because its numbers are no longer finite; the message is one line. */
public final class DivergedException extends RuntimeException {

    public DivergedException(String message) {
        super(message);
    }
}
