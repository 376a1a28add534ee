// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

/** Announced weights that cannot be had, or are not what was announced; the weights in use stay in use. */
public final class WeightsUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WeightsUnavailableException(long version, String cause) {
        super("weights of policy version %d %s".formatted(version, cause));
    }

    WeightsUnavailableException(long version, String cause, Exception reason) {
        super("weights of policy version %d %s".formatted(version, cause), reason);
    }
}
