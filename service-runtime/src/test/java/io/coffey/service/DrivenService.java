// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service whose life and time a test drives. */
final class DrivenService implements Service {

    private final String name;
    private Instant now = Instant.EPOCH;
    private final Health health = new Health(new DrivenClock());
    private @Nullable String lacking;

    DrivenService(String name) {
        this.name = name;
    }

    private final class DrivenClock extends Clock {

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
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
