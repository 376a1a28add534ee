// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What Java cannot send to a process by itself. */
public enum Signal {
    /** Stops a process where it is, as a long pause of its machine would. */
    STOP,
    /** Lets it go on. */
    CONT;

    /** Sends it to a process of this user. */
    public void send(long pid) {
        try {
            int status = new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("process %d could not be sent SIG%s".formatted(pid, name()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("kill cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending SIG" + name(), e);
        }
    }
}
