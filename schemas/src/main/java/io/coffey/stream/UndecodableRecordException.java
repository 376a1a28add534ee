// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

/**
 * Bytes that are not the record that was expected, with the cause in one line; the record belongs in the dead letters.
 */
public final class UndecodableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_MESSAGE = 400;

    UndecodableRecordException(String record, String cause) {
        super(oneLine("cannot decode " + record + ": " + cause));
    }

    UndecodableRecordException(String record, Exception cause) {
        super(oneLine("cannot decode " + record + ": " + reason(cause)), cause);
    }

    private static String reason(Exception cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** Hostile bytes reach messages: no control characters, no endless lines. */
    private static String oneLine(String message) {
        String line = message.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
    }
}
