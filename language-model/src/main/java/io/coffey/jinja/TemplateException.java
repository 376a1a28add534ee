// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

/** A template that cannot be read or rendered; the message is one line. */
public final class TemplateException extends RuntimeException {

    private static final int UNKNOWN = -1;

    private final int line;
    private final boolean raised;

    private TemplateException(String message, int line, boolean raised) {
        super(message);
        this.line = line;
        this.raised = raised;
    }

    /** A problem whose line those who know it will add. */
    static TemplateException of(String message) {
        return new TemplateException(message, UNKNOWN, false);
    }

    /** What the template itself says is wrong with the values it is given. */
    static TemplateException raised(String message) {
        return new TemplateException(message.replaceAll("\\s*\\R\\s*", " "), UNKNOWN, true);
    }

    TemplateException at(int place) {
        return line == UNKNOWN ? new TemplateException(String.valueOf(getMessage()), place, raised) : this;
    }

    /** The line of the template, from 1. */
    public int line() {
        return line;
    }

    /** Whether the template raised it on purpose. */
    public boolean isRaised() {
        return raised;
    }
}
