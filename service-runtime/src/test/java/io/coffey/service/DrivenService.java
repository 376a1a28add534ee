// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service whose life and time a test drives. */
final class DrivenService implements Service {

    private final String name;
    private long now;
    private final Health health = new Health(() -> now);
    private @Nullable String lacking;

    DrivenService(String name) {
        this.name = name;
    }

    void pass(Duration time) {
        now += time.toNanos();
    }

    void lack(String what) {
        lacking = what;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run() {}

    @Override
    public void stop() {}

    @Override
    public Health health() {
        return health;
    }

    @Override
    public Optional<String> lacks() {
        return Optional.ofNullable(lacking);
    }
}
