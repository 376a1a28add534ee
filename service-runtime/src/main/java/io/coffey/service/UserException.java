// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

/**
 * Something the user can put right. The message is all that is shown, without a stack trace: the subject, what was
 * expected, what was found, what to do.
 */
public class UserException extends RuntimeException {

    private final int exitCode;

    /** @param exitCode one of {@link ExitCode} */
    public UserException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** @param exitCode one of {@link ExitCode} */
    public UserException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}
