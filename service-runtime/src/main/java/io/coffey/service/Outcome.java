// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.Optional;

/**
 * How a service, or a process, ended: the one place where exceptions become exit codes.
 *
 * @param exitCode one of {@link ExitCode}
 * @param message one line for the user, or several for the settings; empty when all went well
 * @param bug the exception whose stack trace is worth showing
 */
public record Outcome(int exitCode, String message, Optional<Throwable> bug) {

    /** All went well. */
    public static final Outcome OK = new Outcome(ExitCode.OK, "", Optional.empty());

    /** What an exception means: something the user can mend, or a bug. */
    public static Outcome of(Throwable failure) {
        return KafkaErrors.fatal(failure)
                .map(user -> new Outcome(user.exitCode(), String.valueOf(user.getMessage()), Optional.empty()))
                .orElseGet(() -> new Outcome(ExitCode.BUG, "unexpected: " + failure, Optional.of(failure)));
    }

    /** Whether all went well. */
    public boolean ok() {
        return exitCode == ExitCode.OK;
    }
}
