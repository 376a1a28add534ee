// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.doctor;

import io.coffey.cli.doctor.Finding.State;
import io.coffey.service.ExitCode;
import io.coffey.service.Outcome;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Checks one after the other, each told of as it is done. What one throws is its finding, and the next goes on. Not
 * thread-safe.
 */
public final class Examination {

    private final Consumer<Finding> reader;
    private final Function<Throwable, Outcome> meaning;
    private int exitCode = ExitCode.OK;

    /**
     * @param reader told of every finding
     * @param meaning what an exception means for the user
     */
    public Examination(Consumer<Finding> reader, Function<Throwable, Outcome> meaning) {
        this.reader = reader;
        this.meaning = meaning;
    }

    /**
     * A check that gives what later ones need.
     *
     * @param <T> what it gives
     */
    interface Check<T> {
        /** Does it; throws what is wrong. */
        T result() throws Exception;
    }

    /**
     * Does a check.
     *
     * @param name what is looked at
     * @param check gives what was found to be well
     * @param words what to say of it
     * @return empty when it failed
     */
    <T> Optional<T> check(String name, Check<T> check, Function<T, String> words) {
        Optional<T> found = attempt(name, check);
        found.ifPresent(result -> ok(name, words.apply(result)));
        return found;
    }

    /** Does a check that says by itself what is well; what it throws is a failure. */
    <T> Optional<T> attempt(String name, Check<T> check) {
        try {
            return Optional.of(check.result());
        } catch (Exception | LinkageError failure) {
            Outcome outcome = meaning.apply(failure);
            fail(name, outcome.exitCode(), outcome.message());
            return Optional.empty();
        }
    }

    void ok(String name, String message) {
        add(new Finding(name, State.OK, ExitCode.OK, message));
    }

    void warn(String name, String message) {
        add(new Finding(name, State.WARNING, ExitCode.OK, message));
    }

    void skip(String name, String message) {
        add(new Finding(name, State.SKIPPED, ExitCode.OK, message));
    }

    void fail(String name, int failureCode, String message) {
        add(new Finding(name, State.FAILED, failureCode, message));
    }

    private void add(Finding finding) {
        if (exitCode == ExitCode.OK) {
            exitCode = finding.exitCode();
        }
        reader.accept(finding);
    }

    /** The class of the first failure; 0 when there was none. */
    public int exitCode() {
        return exitCode;
    }
}
