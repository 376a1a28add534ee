// SPDX-License-Identifier: Apache-2.0
package io.coffey.torch;

/** A device that this process cannot use; the message is one line. */
public final class DeviceException extends RuntimeException {

    DeviceException(String message) {
        super(message);
    }
}
