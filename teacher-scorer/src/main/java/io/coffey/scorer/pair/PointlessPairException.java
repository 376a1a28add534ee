// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer.pair;

/** Two responses of which none is to be preferred; the message is one line. Nothing is wrong with the record. */
public final class PointlessPairException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PointlessPairException(String message) {
        super(message);
    }
}
