// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** The section {@code metrics}: where a process tells how it is doing. */
public interface MetricsSection {
    /** Port of metrics and probes; absent for none. */
    @Range("[1, 65535]")
    OptionalInt port();

    /** Address that it listens on. */
    @WithDefault("127.0.0.1")
    String host();

    /** How long a service's loop may take to turn before its process, which hangs then, is ended. */
    @WithDefault("10m")
    Duration hangLimit();
}
