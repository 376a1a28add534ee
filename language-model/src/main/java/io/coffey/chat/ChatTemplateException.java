// SPDX-License-Identifier: Apache-2.0
package io.coffey.chat;

/** A chat template that is missing, not supported, or refuses its messages; the message is one line. */
public final class ChatTemplateException extends RuntimeException {

    public ChatTemplateException(String message) {
        super(message);
    }

    public ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
