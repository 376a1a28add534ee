// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.coffey.service.Health.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * How the services of a process are doing, for who starts and stops processes. None of the answers depends on a broker:
 * if it did, an outage of the broker would have every process started anew. Thread-safe.
 */
final class Probes {

    private final Duration hangLimit;
    private final List<Service> services = new CopyOnWriteArrayList<>();

    /** @param hangLimit how long a loop may take to turn */
    Probes(Duration hangLimit) {
        this.hangLimit = hangLimit;
    }

    /**
     * One answer.
     *
     * @param ok whether all is well
     * @param json the same with the reasons, by service
     */
    record Answer(boolean ok, String json) {}

    void watch(Service service) {
        services.add(service);
    }

    /** Whether all services have begun their work; not before there is one. */
    Answer startup() {
        return answer(
                !services.isEmpty(),
                service -> phase(service) == Phase.STARTING
                        ? Optional.of("it loads models or waits for the broker")
                        : Optional.empty());
    }

    /** Whether no service has failed and none hangs. */
    Answer live() {
        return answer(true, service -> {
            Health health = service.health();
            Phase phase = phase(service);
            if (phase == Phase.FAILED) {
                return Optional.of(health.state().detail());
            }
            return hang(service);
        });
    }

    List<Service> services() {
        return services;
    }

    /** How long a service has been hanging, in words; empty when it does not. */
    Optional<String> hang(Service service) {
        Duration turn = service.health().sinceTurn();
        return phase(service) == Phase.RUNNING && turn.compareTo(hangLimit) > 0
                ? Optional.of("its loop has not turned for %d s, expected %d s at most"
                        .formatted(turn.toSeconds(), hangLimit.toSeconds()))
                : Optional.empty();
    }

    /** Whether all services do their work. */
    Answer ready() {
        return answer(
                !services.isEmpty(),
                service -> phase(service) == Phase.RUNNING
                        ? service.lacks()
                        : Optional.of("it is " + spelling(phase(service))));
    }

    private Answer answer(boolean known, Function<Service, Optional<String>> problem) {
        boolean ok = known;
        JsonArray told = new JsonArray();
        for (Service service : services) {
            Optional<String> reason = problem.apply(service);
            ok &= reason.isEmpty();
            JsonObject one = new JsonObject();
            one.addProperty("service", service.name());
            one.addProperty("phase", spelling(phase(service)));
            one.addProperty("ok", reason.isEmpty());
            reason.ifPresent(text -> one.addProperty("reason", text));
            told.add(one);
        }
        JsonObject all = new JsonObject();
        all.addProperty("ok", ok);
        all.add("services", told);
        return new Answer(ok, all.toString());
    }

    private static Phase phase(Service service) {
        return service.health().state().phase();
    }

    private static String spelling(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }
}
