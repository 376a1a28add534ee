// SPDX-License-Identifier: Apache-2.0
package io.coffey.tokenizer;

/** A tokenizer that cannot be loaded; the message is one line: file, expected, found. */
public final class TokenizerException extends RuntimeException {

    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
