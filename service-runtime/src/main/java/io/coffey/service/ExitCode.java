// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

/** The exit codes of every Coffey process. */
public final class ExitCode {
    /** All went well, an asked-for stop included. */
    public static final int OK = 0;
    /** The settings are wrong: change the run file, the environment or the command line. */
    public static final int CONFIGURATION = 2;
    /** The broker cannot be reached, is too old, or refuses the credentials. */
    public static final int BROKER = 3;
    /** Models, tokenizers, checkpoints or records that are broken or do not fit each other. */
    public static final int DATA = 4;
    /** Training diverged. */
    public static final int DIVERGED = 5;
    /** A run did not keep what is promised of it. */
    public static final int BROKEN_PROMISE = 6;
    /** A bug; the stack trace says more. */
    public static final int BUG = 70;
    /** A service hung and was ended: start it again. */
    public static final int HUNG = 75;
    /** Ended by SIGTERM before it could stop by itself. */
    public static final int TERMINATED = 143;

    private ExitCode() {}
}
