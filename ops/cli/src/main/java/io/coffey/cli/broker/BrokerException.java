// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.broker;

/** A local broker that could not be started; the message says why and where its log is. */
public final class BrokerException extends RuntimeException {

    public BrokerException(String message) {
        super(message);
    }
}
