// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import com.google.gson.JsonObject;
import io.coffey.service.ExitCode;
import java.util.Locale;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param state how it is
 * @param exitCode class of the failure, one of {@link ExitCode}; 0 unless it failed
 * @param message what was found, and where it is not well what to do
 */
public record Finding(String check, State state, int exitCode, String message) {

    /** How it is. */
    public enum State {
        /** As it should be. */
        OK("ok"),
        /** The run can begin, but not all that is promised of it holds, or it may not last. */
        WARNING("warning"),
        /** The run would not begin, or would end. */
        FAILED("FAILED"),
        /** Could not be looked at, because of a failure before. */
        SKIPPED("skipped");

        private final String word;

        State(String word) {
            this.word = word;
        }
    }

    public Finding {
        if ((state == State.FAILED) == (exitCode == ExitCode.OK)) {
            throw new IllegalArgumentException("check %s is %s with exit code %d".formatted(check, state, exitCode));
        }
    }

    /** One line for people. */
    public String text() {
        return "%-8s %-14s %s".formatted(state.word, check, message);
    }

    /** One object for machines. */
    public JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("check", check);
        object.addProperty("state", state.name().toLowerCase(Locale.ROOT));
        object.addProperty("exitCode", exitCode);
        object.addProperty("message", message);
        return object;
    }
}
