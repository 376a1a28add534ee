// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.util.List;

/** Everything that is wrong with the settings, at once; one line a problem. */
public final class SettingsException extends UserException {

    private final List<String> problems;

    /** @param problems one line each, at least one */
    public SettingsException(List<String> problems) {
        super(ExitCode.CONFIGURATION, message(problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: where, which key, what was expected, what was found. */
    public List<String> problems() {
        return problems;
    }

    private static String message(List<String> problems) {
        if (problems.size() == 1) {
            return problems.get(0);
        }
        return problems.size() + " problems in the settings:\n  " + String.join("\n  ", problems);
    }
}
